// `node bench/checker/main.ts [largest]`: the same histories through Porcupine, with the model of a mutex, and through viewOf
// and judge with every property; each history in processes of their own, in turns. Neither side's time includes reading.
// Prints times and ratios, by the clock (which the goals are of) and by processor time (which other work on the machine
// changes less); exit status 1 when a goal is missed or the two disagree.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { quantile } from "../../harness/core/statistics.ts";
import { goProgram } from "../go-program.ts";
import { type Content, electionOf } from "./elections.ts";
import { byPorcupine, type Judged } from "./peer.ts";

const SIZES = [100, 1000, 10_000, 100_000];
/** Porcupine's time is at least this many times that of a warm judge, by operations. */
const GOALS = new Map([
  [10_000, 4],
  [100_000, 20],
]);
const TIMEOUT_SECONDS = 60;
const RUNS = 2;
/**
 * Judgements in one process: the first is cold, the median of the later half warm. Node compiles a function again when it
 * has seen it run for long: after some 100,000 operations the times were seen to stand still.
 */
const timesFor = (operations: number): number => Math.min(200, Math.max(8, Math.round(500_000 / operations)));

type Ours = Judged & { readonly warmMs: number };
const run = promisify(execFile);
const judgeOnce = fileURLToPath(new URL("judge-once.ts", import.meta.url));

async function byInterregnum(operations: number, content: Content): Promise<Ours> {
  const { stdout } = await run(process.execPath, [
    judgeOnce,
    String(operations),
    content,
    String(timesFor(operations)),
  ]);
  return JSON.parse(stdout) as Ours;
}

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
const peakOf = (runs: readonly Judged[]): string =>
  `${(Math.max(...runs.map(({ peak }) => peak)) / 2 ** 20).toFixed(0)} MiB`;

/** Compares one size; whether the goal was reached and the two agree. */
async function compare(porcupine: string, operations: number): Promise<boolean> {
  const history = electionOf(operations, "statements");
  const [peers, ours, whole]: [Judged[], Ours[], Ours[]] = [[], [], []];
  for (let turn = 0; turn < RUNS; turn += 1) {
    peers.push(await byPorcupine(porcupine, history, TIMEOUT_SECONDS));
    ours.push(await byInterregnum(operations, "statements"));
    whole.push(await byInterregnum(operations, "record"));
  }
  const [peer, cold, warm] = [peers, ours]
    .map((runs) => median(runs.map(({ ms }) => ms)))
    .concat(median(ours.map(({ warmMs }) => warmMs))) as [number, number, number];
  const ratio = peer / warm;
  const [peerCpu, ownCpu] = [peers, ours].map((runs) => median(runs.map(({ cpuMs }) => cpuMs))) as [number, number];
  const goal = GOALS.get(operations);
  const agree = peers.every(({ verdict }) => verdict === "Ok") && ours.every(({ verdict }) => verdict === "pass");
  const reached = goal === undefined || ratio >= goal;
  console.log(
    `\n${operations} operations: ${agree ? "both found one order" : `the verdicts differ: ${peers[0]!.verdict}, ${ours[0]!.verdict}`}`,
  );
  console.log(`  Porcupine    ${peer.toFixed(2)} ms, ${peerCpu.toFixed(2)} ms of the processors, ${peakOf(peers)}`);
  console.log(
    `  interregnum  ${warm.toFixed(2)} ms warm, ${ownCpu.toFixed(2)} ms of the processors, ${cold.toFixed(2)} ms cold, ${peakOf(ours)}`,
  );
  console.log(`  the record too: ${median(whole.map(({ warmMs }) => warmMs)).toFixed(2)} ms warm, ${peakOf(whole)}`);
  console.log(
    `  ${ratio.toFixed(1)} times as fast as Porcupine, ${(peerCpu / ownCpu).toFixed(1)} by processor time, ${(peer / cold).toFixed(1)} cold${goal === undefined ? "" : `; the goal is ${goal}${reached ? "" : ": missed"}`}`,
  );
  return agree && reached;
}

const largest = Number(process.argv[2] ?? SIZES.at(-1));
const porcupine = await goProgram(new URL("porcupine/", import.meta.url), "porcupine");
if (porcupine === undefined)
  console.log("bench:checker needs the program `go` to build Porcupine, and it is not on PATH: nothing was measured");
else
  for (const operations of SIZES.filter((size) => size <= largest))
    if (!(await compare(porcupine, operations))) process.exitCode = 1;
