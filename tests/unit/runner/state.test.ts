import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isGone, send, statOf } from "../../../harness/clusters/proc.ts";
import { clean } from "../../../harness/runner/clean.ts";
import { abandoned, openState, stateRoot } from "../../../harness/runner/state.ts";

const before = process.env["TMPDIR"];
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "interregnum-state-"));
  process.env["TMPDIR"] = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  rmSync(folder, { recursive: true, force: true });
});

/** A process that bears the run's mark and that no ledger names; disposing ends it, `gone` resolves then. */
async function stray(run: string) {
  const child = spawn("sh", ["-c", "echo; sleep 1000 & wait"], {
    detached: true,
    env: { ...process.env, INTERREGNUM_RUN: run },
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  const pid = child.pid!;
  return { pid, gone: once(child, "exit"), [Symbol.dispose]: () => void send(-pid, "SIGKILL") };
}

test("a living run is not abandoned, at no moment of its opening", () => {
  const owner = `${process.pid}-${statOf(process.pid)?.started}`;
  mkdirSync(join(stateRoot(), `.${owner}.opening`), { recursive: true });
  using state = openState("living");
  expect(readdirSync(stateRoot()).toSorted()).toEqual([`.${owner}.opening`, "living"]);
  expect(existsSync(join(state.folder, "owner"))).toBe(true);
  expect(abandoned()).toEqual([]);
});

test("clean removes a run that was killed while it opened its folder, and one that was removed half-way", async () => {
  mkdirSync(join(stateRoot(), ".4194304-1.opening"), { recursive: true });
  mkdirSync(join(stateRoot(), "half"), { recursive: true });
  expect((await clean()).map(({ run }) => run).toSorted()).toEqual(["half", "opening"]);
  expect(readdirSync(stateRoot())).toEqual([]);
});

test("clean ends what was started too late to be noted, and waits until it is gone", async () => {
  const run = `unnoted-${process.pid}`;
  using it = await stray(run);
  mkdirSync(join(stateRoot(), run), { recursive: true });
  writeFileSync(join(stateRoot(), run, "owner"), "4194304 1\n");
  const [cleaned] = await clean();
  expect(cleaned!.processes).toContain(it.pid);
  expect(cleaned!.processes.filter((each) => !isGone(each))).toEqual([]);
  await it.gone;
});
