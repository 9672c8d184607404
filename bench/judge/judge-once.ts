// `node bench/judge/judge-once.ts file`: reads one history and judges it by every property, as `recheck` does, and prints a
// JSON line: events, times in ms (judged once, and once again), the peak after the first in MiB, what each property found.
import { allProperties } from "../../harness/checkers/index.ts";
import { judge } from "../../harness/core/judge.ts";
import { viewOf } from "../../harness/core/reading.ts";
import { readHistory } from "../../harness/runner/read-run.ts";

const reading = performance.now();
const history = readHistory(process.argv[2]!);
const judging = performance.now();
const { results } = judge(viewOf(history), allProperties);
const judged = performance.now();
const peakMiB = process.resourceUsage().maxRSS / 1024;
const repeating = performance.now();
judge(viewOf(history), allProperties);
const repeated = performance.now();
console.log(
  JSON.stringify({
    events: history.events.length,
    readMs: judging - reading,
    judgeMs: judged - judging,
    againMs: repeated - repeating,
    peakMiB,
    found: results.map(({ name, verdict, reason }) => `${verdict.padEnd(8)}${name}: ${reason}`),
  }),
);
