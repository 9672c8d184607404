import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadElector } from "../../../harness/electors/load.ts";
import { prepareElector } from "../../../harness/electors/prepare.ts";

const never = new AbortController().signal;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interregnum-build-"));
  mkdirSync(join(folder, "src"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** An elector whose build counts its runs and then copies `main` to where `out` says. */
async function elector(out: string, extra = "") {
  const builder = `echo run >> ${folder}/runs; cp main ${out}`;
  writeFileSync(join(folder, "src", "main"), "#!/bin/sh\n", { mode: 0o755 });
  const file = join(folder, "src", "elector.yaml");
  writeFileSync(
    file,
    `name: x\nbuild: [sh, -c, ${JSON.stringify(builder)}]\ncommand: [${JSON.stringify(out)}]\n${extra}`,
  );
  return loadElector(file);
}
const runs = (): number => readFileSync(join(folder, "runs"), "utf8").trim().split("\n").length;

describe("prepareElector", () => {
  test("builds into ${BUILD_DIR} once for the same sources, and again when they change", async () => {
    const first = await elector("${BUILD_DIR}/run");
    await Promise.all([prepareElector(first, never), prepareElector(first, never)]);
    expect(runs()).toBe(1);
    expect(first.command![0]!.startsWith(join(folder, "cache", "interregnum", "build"))).toBe(true);
    writeFileSync(join(folder, "src", "more"), "x");
    const second = await loadElector(first.file);
    expect(second.buildFolder).not.toBe(first.buildFolder);
    await prepareElector(second, never);
    expect(runs()).toBe(2);
  });

  test("builds again when what it built is gone, and takes the lock of a dead process", async () => {
    const built = await elector("${BUILD_DIR}/run");
    await prepareElector(built, never);
    rmSync(built.command![0]!);
    writeFileSync(`${built.buildFolder}.lock`, "2147483646");
    await prepareElector(built, never);
    expect(runs()).toBe(2);
    expect(existsSync(`${built.buildFolder}.lock`)).toBe(false);
  });

  test("a build in the file's own folder runs each time", async () => {
    const built = await elector("./run");
    await prepareElector(built, never);
    await prepareElector(built, never);
    expect(runs()).toBe(2);
  });

  test("a build that fails shows its last lines and is not kept", async () => {
    const broken = await elector("${BUILD_DIR}/run");
    rmSync(join(folder, "src", "main"));
    const failure = { name: "InputError", message: expect.stringMatching(/build of x failed \(exit 1\):[^]*cp: /) };
    await expect(prepareElector(broken, never)).rejects.toMatchObject({
      ...failure,
      where: { line: 2, field: "build" },
    });
    await expect(prepareElector(broken, never)).rejects.toMatchObject(failure);
  });

  test.each([
    ["./absent", /not an executable file in/],
    ["./data", /not an executable file in/],
    ["no-such-program-here", /not on PATH/],
  ])("a command that cannot be run: %s", async (command, message) => {
    const file = join(folder, "src", "elector.yaml");
    writeFileSync(join(folder, "src", "data"), "");
    chmodSync(join(folder, "src", "data"), 0o644);
    writeFileSync(file, `name: x\ncommand: [${command}]\n`);
    await expect(prepareElector(await loadElector(file), never)).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(message),
      where: { file, line: 2, field: "command" },
    });
  });

  test("a required program that is absent is the environment's fault", async () => {
    const needy = await elector("${BUILD_DIR}/run", "requires: [sh, no-such-program-here]\n");
    await expect(prepareElector(needy, never)).rejects.toMatchObject({
      name: "HarnessError",
      message: "x needs no-such-program-here, not found on PATH",
      mend: expect.stringContaining("install"),
    });
  });

  test("an abort ends the build", async () => {
    const file = join(folder, "src", "elector.yaml");
    writeFileSync(file, "name: x\nbuild: [sleep, '1000']\ncommand: [sh]\n");
    const aborted = new AbortController();
    const building = prepareElector(await loadElector(file), aborted.signal);
    aborted.abort(new Error("stopped by the user"));
    await expect(building).rejects.toThrow("stopped by the user");
  });
});
