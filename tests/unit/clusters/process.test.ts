import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { familyOf, membersOf, statOf } from "../../../harness/clusters/proc.ts";
import { start, type Exit, type Running } from "../../../harness/clusters/process.ts";
import type { Bounds } from "../../../harness/core/time.ts";
import { openLoopClock } from "../../../harness/runner/loop-clock.ts";
import { eventually, shellEnv, temporaryFolder } from "./bench.ts";

type Seen = { readonly lines: { text: string; bounds: Bounds }[]; readonly silences: Bounds[]; exit?: Exit };

async function launch(argv: readonly string[], folder: string, clock: ReturnType<typeof openLoopClock>) {
  const seen: Seen = { lines: [], silences: [] };
  const running: Running = await start({
    argv,
    env: shellEnv,
    directory: folder,
    ledger: join(folder, "ledger"),
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
  const { seen, running } = await launch(["sh", "-c", "echo one; echo two >&2; printf three"], folder.path, clock);
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
  const { seen, running } = await launch(["sh", "-c", "sleep 1000 & echo $!; wait"], folder.path, clock);
  await eventually(() => seen.lines.length > 0);
  const child = Number(seen.lines[0]!.text.split(" ")[1]);
  expect(membersOf(running.pid).toSorted()).toEqual([running.pid, child].toSorted());
  expect(familyOf(running.pid)).toEqual([running.pid, child]);
  expect(readFileSync(join(folder.path, "ledger"), "utf8")).toBe(`${running.pid} ${statOf(running.pid)!.started}\n`);
  running.signal("SIGKILL");
  await eventually(() => seen.exit !== undefined);
  expect(seen.exit).toMatchObject({ code: null, signal: "SIGKILL" });
  await eventually(() => (statOf(child)?.state ?? "Z") === "Z");
});

test("a program that is not there rejects with the system's code", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await expect(launch(["./nowhere"], folder.path, clock)).rejects.toMatchObject({ code: "ENOENT" });
  writeFileSync(join(folder.path, "text"), "", { mode: 0o644 });
  await expect(launch(["./text"], folder.path, clock)).rejects.toMatchObject({ code: "EACCES" });
});

test("a living process that closes its stdout is silent from then to its end", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  const { seen, running } = await launch(["sh", "-c", "exec >&-; exec sleep 1000"], folder.path, clock);
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
  // The fled child holds the pipe open and writes once the exit was seen.
  const flee = "setsid sh -c 'sleep 0.1; echo late; sleep 1' & sleep 0.05; echo bye";
  const { seen } = await launch(["sh", "-c", flee], folder.path, clock);
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
  // the first tells its end before its exit, the second after it: a child keeps its stdout open until both are ended
  const scripts = ["exit 7", "sleep 1000 & exit 7"];
  const launched = await Promise.all(scripts.map((script) => launch(["sh", "-c", script], folder.path, clock)));
  await eventually(() => launched.every(({ seen }) => seen.exit !== undefined));
  await new Promise((resolve) => setTimeout(resolve, 400)); // several of the periods after which a silence is told
  expect(launched.flatMap(({ seen }) => seen.silences)).toEqual([]);
});
