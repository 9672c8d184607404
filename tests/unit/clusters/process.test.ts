import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { familyOf, membersOf, statOf } from "../../../harness/clusters/proc.ts";
import { start } from "../../../harness/clusters/process.ts";
import type { Exit, Running } from "../../../harness/clusters/runtime.ts";
import { boundsOf, notAfter, openSpawner, type Spawner } from "../../../harness/clusters/spawner.ts";
import { monotonic } from "../../../harness/clusters/spawner-words.ts";
import { HarnessError } from "../../../harness/core/errors.ts";
import type { Bounds } from "../../../harness/core/time.ts";
import { openLoopClock } from "../../../harness/runner/loop-clock.ts";
import { eventually, shellEnv, temporaryFolder } from "./bench.ts";

type Seen = { readonly lines: { text: string; bounds: Bounds }[]; readonly silences: Bounds[]; exit?: Exit };

const spawnerIn = (folder: string) => openSpawner({ run: "test", folder, ledger: join(folder, "ledger") });

async function launch(
  argv: readonly string[],
  folder: string,
  clock: ReturnType<typeof openLoopClock>,
  spawner: Spawner,
) {
  const seen: Seen = { lines: [], silences: [] };
  const running: Running = await start({
    argv,
    env: shellEnv,
    directory: folder,
    spawner,
    clock,
    lines: (stream, lines) => {
      for (const line of lines) seen.lines.push({ text: `${stream}: ${line.bytes.toString()}`, bounds: line.bounds });
    },
    silent: (bounds) => seen.silences.push(bounds),
    ended: (exit) => (seen.exit = exit),
  });
  return { seen, running };
}

test("its lines come with bounds that lie before its end, a last one without newline too", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await using spawner = await spawnerIn(folder.path);
  const { seen, running } = await launch(
    ["sh", "-c", "echo one; echo two >&2; printf three"],
    folder.path,
    clock,
    spawner,
  );
  await eventually(() => seen.exit !== undefined);
  expect(seen.lines.map((line) => line.text).toSorted()).toEqual(["stderr: two", "stdout: one", "stdout: three"]);
  const exit = seen.exit!;
  expect(exit).toMatchObject({ code: 0, signal: null });
  expect(exit.bounds.since).toBeLessThanOrEqual(exit.bounds.at);
  for (const { bounds } of seen.lines) {
    expect(bounds.since).toBeLessThanOrEqual(bounds.at);
    expect(bounds.at).toBeLessThanOrEqual(exit.bounds.at);
    expect(bounds.at).toBeGreaterThanOrEqual(running.started.since);
  }
});

test("it leads a group of its own, is noted in the ledger, and what it started ends with it", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await using spawner = await spawnerIn(folder.path);
  const { seen, running } = await launch(["sh", "-c", "sleep 1000 & echo $!; wait"], folder.path, clock, spawner);
  await eventually(() => seen.lines.length > 0);
  const child = Number(seen.lines[0]!.text.split(" ")[1]);
  expect(membersOf(running.pid).toSorted()).toEqual([running.pid, child].toSorted());
  expect(familyOf(running.pid)).toEqual([running.pid, child]);
  const noted = readFileSync(join(folder.path, "ledger"), "utf8").split("\n");
  expect(noted).toEqual([expect.any(String), `${running.pid} ${statOf(running.pid)!.started}`, ""]);
  running.signal("SIGKILL");
  await eventually(() => seen.exit !== undefined);
  expect(seen.exit).toMatchObject({ code: null, signal: "SIGKILL" });
  await eventually(() => (statOf(child)?.state ?? "Z") === "Z");
});

test("a program that is not there rejects with the system's code", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await using spawner = await spawnerIn(folder.path);
  await expect(launch(["./nowhere"], folder.path, clock, spawner)).rejects.toMatchObject({ code: "ENOENT" });
  writeFileSync(join(folder.path, "text"), "", { mode: 0o644 });
  await expect(launch(["./text"], folder.path, clock, spawner)).rejects.toMatchObject({ code: "EACCES" });
});

test("a living process that closes its stdout is silent from then to its end", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await using spawner = await spawnerIn(folder.path);
  const { seen, running } = await launch(["sh", "-c", "exec >&-; exec sleep 1000"], folder.path, clock, spawner);
  await eventually(() => seen.silences.length > 1);
  running.signal("SIGTERM");
  await eventually(() => seen.exit !== undefined);
  const { silences } = seen;
  for (let index = 1; index < silences.length; index += 1) expect(silences[index]!.since).toBe(silences[index - 1]!.at);
  expect(silences.at(-1)!.at).toBe(seen.exit!.bounds.at);
});

test("an ordinary exit is no silence, and what is read after it lies before it", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await using spawner = await spawnerIn(folder.path);
  // The fled child holds the pipe open and writes once the exit was seen.
  const flee = "setsid sh -c 'sleep 0.1; echo late; sleep 1' & sleep 0.05; echo bye";
  const { seen } = await launch(["sh", "-c", flee], folder.path, clock, spawner);
  await eventually(() => seen.exit !== undefined);
  expect(seen.silences).toEqual([]);
  expect(seen.lines[0]!.text).toBe("stdout: bye");
  for (const { bounds } of seen.lines) {
    expect(bounds.at).toBeLessThanOrEqual(seen.exit!.bounds.at);
    expect(bounds.since).toBeLessThanOrEqual(bounds.at);
  }
});

test("an exit closes stdout, in whichever order both are told, and is no silence", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await using spawner = await spawnerIn(folder.path);
  // the first tells its end before its exit, the second after it: a child keeps its stdout open until both are ended
  const scripts = ["exit 7", "sleep 1000 & exit 7"];
  const launched = await Promise.all(
    scripts.map((script) => launch(["sh", "-c", script], folder.path, clock, spawner)),
  );
  await eventually(() => launched.every(({ seen }) => seen.exit !== undefined));
  await new Promise((resolve) => setTimeout(resolve, 400)); // several of the periods after which a silence is told
  expect(launched.flatMap(({ seen }) => seen.silences)).toEqual([]);
});

test("an instant of the machine's clock is bounded by the harness's clock from both sides", () => {
  using clock = openLoopClock();
  for (let round = 0; round < 1000; round += 1) {
    const before = clock.now();
    const instant = monotonic();
    const after = clock.now();
    const bounds = boundsOf(clock, { since: instant, at: instant });
    expect(notAfter(clock, instant)).toBeLessThanOrEqual(after);
    expect(bounds.since).toBeLessThanOrEqual(after);
    expect(bounds.at).toBeGreaterThanOrEqual(before);
  }
});

test("what another process saw is bounded by the harness's clock: started after the order, ended before it is told", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await using spawner = await spawnerIn(folder.path);
  for (let round = 0; round < 5; round += 1) {
    const ordered = clock.now();
    const { seen, running } = await launch(["sh", "-c", "read line"], folder.path, clock, spawner);
    expect(running.started.at).toBeGreaterThanOrEqual(ordered);
    expect(running.started.since).toBeLessThanOrEqual(running.started.at);
    expect(running.started.at).toBeLessThanOrEqual(clock.now());
    await eventually(() => seen.exit !== undefined);
    const { bounds } = seen.exit!;
    expect(bounds.since).toBeGreaterThanOrEqual(running.started.since);
    expect(bounds.at).toBeGreaterThanOrEqual(running.started.at);
    expect(bounds.at).toBeLessThanOrEqual(clock.now());
  }
});

test("when the spawner is killed its processes are ended, and nothing more can be started", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await using spawner = await spawnerIn(folder.path);
  const { seen, running } = await launch(["sleep", "1000"], folder.path, clock, spawner);
  process.kill(Number(readFileSync(join(folder.path, "ledger"), "utf8").split(" ")[0]), "SIGKILL");
  await eventually(() => seen.exit !== undefined);
  expect(statOf(running.pid)?.state ?? "Z").toBe("Z");
  expect(seen.exit!.bounds.since).toBe(running.started.since);
  expect(spawner.failure()).toBeInstanceOf(HarnessError);
  await expect(launch(["true"], folder.path, clock, spawner)).rejects.toMatchObject({
    message: "the process that starts the replicas has ended",
    mend: expect.stringContaining("--jobs"),
  });
});
