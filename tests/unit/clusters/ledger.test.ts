import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { note, reap } from "../../../harness/clusters/ledger.ts";
import { straysOf, statOf } from "../../../harness/clusters/proc.ts";
import { eventually, shellEnv, temporaryFolder } from "./bench.ts";

const group = (script: string, run = "test") => {
  const env = { ...shellEnv, INTERREGNUM_RUN: run };
  const child = spawn("sh", ["-c", script], { detached: true, env, stdio: ["ignore", "pipe", "ignore"] });
  return { child, pid: child.pid!, ended: once(child, "exit") };
};

test("reap ends the noted processes and their groups, and says which", async () => {
  using folder = temporaryFolder();
  const ledger = join(folder.path, "ledger");
  const { pid, child, ended } = group("sleep 1000 & echo $!; wait");
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  note(ledger, pid);
  appendFileSync(ledger, "4194304 1\n77"); // one long gone, and a line that a SIGKILL cut
  expect(reap(ledger).toSorted()).toEqual([pid, Number(line.toString())].toSorted());
  await ended;
  // its child was killed with it, and dies in its own time
  await eventually(() => (statOf(Number(line.toString()))?.state ?? "Z") === "Z");
  expect(reap(ledger)).toEqual([]);
});

test("a group whose leader is gone is known by its mark", async () => {
  using folder = temporaryFolder();
  const ledger = join(folder.path, "ledger");
  const { pid, child, ended } = group("sleep 1000 >/dev/null & echo $!");
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  const started = statOf(pid)?.started ?? "1";
  await ended;
  writeFileSync(ledger, `${pid} ${started}\n`);
  const orphan = Number(line.toString());
  expect(reap(ledger)).toEqual([orphan]);
  await eventually(() => (statOf(orphan)?.state ?? "Z") === "Z");
});

test("a process that has got a noted number since is left alone", async () => {
  using folder = temporaryFolder();
  const ledger = join(folder.path, "ledger");
  const { pid, child, ended } = group("exec sleep 1000");
  writeFileSync(ledger, `${pid} 1\n`);
  expect(reap(ledger)).toEqual([]);
  expect(statOf(pid)).toBeDefined();
  child.kill("SIGKILL");
  await ended;
});

test("a stray is found by its run's mark, wherever it fled to", async () => {
  const run = `test-${process.pid}`;
  const { pid, child, ended } = group("exec setsid -w sleep 1000", run);
  await eventually(() => straysOf(run).length >= 1);
  expect(straysOf(`${run}-other`)).toEqual([]);
  for (const stray of straysOf(run)) process.kill(stray, "SIGKILL");
  expect(pid).toBeGreaterThan(0);
  child.kill("SIGKILL");
  await ended;
});
