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
  expect((await clean()).cleaned.map(({ run }) => run).toSorted()).toEqual(["half", "opening"]);
  expect(readdirSync(stateRoot())).toEqual([]);
});

test("clean ends what was started too late to be noted, and waits until it is gone", async () => {
  const run = `unnoted-${process.pid}`;
  using it = await stray(run);
  mkdirSync(join(stateRoot(), run), { recursive: true });
  writeFileSync(join(stateRoot(), run, "owner"), "4194304 1\n");
  const {
    cleaned: [cleaned],
  } = await clean();
  expect(cleaned!.processes).toContain(it.pid);
  expect(cleaned!.processes.filter((each) => !isGone(each))).toEqual([]);
  await it.gone;
});

test("what cannot be cleaned stays noted, is told, and keeps no other run from being cleaned", async () => {
  const [stuck, over] = ["a-stuck", "b-over"].map((name) => join(stateRoot(), name));
  for (const path of [stuck!, over!]) mkdirSync(path, { recursive: true });
  const kubeconfig = join(folder, "kubeconfig");
  const cluster = { server: "https://127.0.0.1:1" }; // where nobody listens
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "away", cluster }],
      users: [{ name: "away", user: { token: "t" } }],
      contexts: [{ name: "away", context: { cluster: "away", user: "away" } }],
    }),
  );
  const deed = { context: "away", kubeconfig, kind: "namespace", name: "left" };
  writeFileSync(join(stuck!, "context-deeds"), `${JSON.stringify(deed)}\n`);
  const { cleaned, problems } = await clean();
  expect(cleaned.map(({ run }) => run)).toEqual(["b-over"]);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining("what a run left in away")]);
  expect(readdirSync(stateRoot())).toEqual(["a-stuck"]);
});
