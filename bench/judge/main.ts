// `node bench/judge/main.ts [events]`: histories of reigns, of the whole size and a tenth of it, in order and shuffled within
// the clock's error, each in a file of its own. Each is read and judged by every property in processes of their own, in
// turns; the median of each figure counts. Growth is that of a second judgement in the same process: the first one's time
// is Node's compiling as well. Prints times, growth and peak memory; exit status 1 when a goal is missed or the order
// changes what is found.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { quantile } from "../../harness/core/statistics.ts";

const ORDERS = ["in order", "shuffled"] as const;
const RUNS = 3;
const GOAL = { readMs: 3000, judgeMs: 2000, peakMiB: 1024, growth: 11 };

type Once = {
  readonly events: number;
  readonly readMs: number;
  readonly judgeMs: number;
  readonly againMs: number;
  readonly peakMiB: number;
  readonly found: readonly string[];
};

const run = promisify(execFile);
const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const median = (runs: readonly Once[], figure: "readMs" | "judgeMs" | "againMs" | "peakMiB"): number =>
  quantile(
    runs.map((each) => each[figure]).sort((a, b) => a - b),
    0.5,
  );

const events = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "interregnum-bench-"));
try {
  const histories = [];
  for (const order of ORDERS)
    for (const count of [events / 10, events]) {
      const file = join(folder, `${histories.length}.jsonl`);
      await run(process.execPath, [program("write.ts"), String(count), order, file]);
      histories.push({ order, file, runs: [] as Once[] });
    }
  for (let turn = 0; turn < RUNS; turn += 1)
    for (const { file, runs } of histories) {
      const { stdout } = await run(process.execPath, [program("judge-once.ts"), file]);
      runs.push(JSON.parse(stdout) as Once);
    }

  for (const line of histories[1]!.runs[0]!.found) console.log(`  ${line}`);
  const found = histories.map(({ runs }) => runs[0]!.found.join());
  let missed = found[0] !== found[2] || found[1] !== found[3];
  if (missed) console.log("shuffled, the same history is judged differently");
  for (const [index, { order, runs }] of histories.entries()) {
    const [readMs, judgeMs, peakMiB] = [median(runs, "readMs"), median(runs, "judgeMs"), median(runs, "peakMiB")];
    console.log(
      `${runs[0]!.events} events ${order}: read in ${readMs.toFixed(0)} ms, judged in ${judgeMs.toFixed(0)} ms, peak ${peakMiB.toFixed(0)} MiB`,
    );
    if (index % 2 === 0) continue;
    const growth = median(runs, "againMs") / median(histories[index - 1]!.runs, "againMs");
    console.log(`  judged again, ten times the events took ${growth.toFixed(1)} times as long`);
    missed ||= readMs > GOAL.readMs || judgeMs > GOAL.judgeMs || peakMiB > GOAL.peakMiB || growth > GOAL.growth;
  }
  process.exitCode = missed ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
