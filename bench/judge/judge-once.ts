// `node bench/judge/judge-once.ts file`: reads one history and judges it by every property, once, as `recheck` does, and
// prints a JSON line: events, times in ms, the process's peak in MiB, and what each property found.
import { allProperties } from "../../harness/checkers/index.ts";
import { judge } from "../../harness/core/judge.ts";
import { viewOf } from "../../harness/core/reading.ts";
import { readHistory } from "../../harness/runner/read-run.ts";

const reading = performance.now();
const history = readHistory(process.argv[2]!);
const judging = performance.now();
const { results } = judge(viewOf(history), allProperties);
const done = performance.now();
console.log(
  JSON.stringify({
    events: history.events.length,
    readMs: judging - reading,
    judgeMs: done - judging,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    found: results.map(({ name, verdict, reason }) => `${verdict.padEnd(8)}${name}: ${reason}`),
  }),
);
