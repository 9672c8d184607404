// `node bench/checker/judge-once.ts operations content times`: judges one history by every property, several times in one
// process, and prints a JSON line: the verdict, the first time and the median of the later half in ms,
// the median of the processor time of all threads in that half in ms, the peak in bytes.
import { allProperties } from "../../harness/checkers/index.ts";
import { judge } from "../../harness/core/judge.ts";
import { viewOf } from "../../harness/core/reading.ts";
import { type Content, electionOf } from "./elections.ts";

const [operations, content, times] = process.argv.slice(2) as [string, Content, string];
const history = electionOf(Number(operations), content);
const took: number[] = [];
const used: number[] = [];
let verdict = "";
for (let time = 0; time < Number(times); time += 1) {
  const [began, before] = [performance.now(), process.cpuUsage()];
  const { results } = judge(viewOf(history), allProperties);
  took.push(performance.now() - began);
  const { user, system } = process.cpuUsage(before);
  used.push((user + system) / 1000);
  verdict = results.find(({ name }) => name === "at-most-one-leader")!.verdict;
}
const later = (values: readonly number[]) => {
  const half = values.slice(values.length >> 1).sort((a, b) => a - b);
  return half[half.length >> 1];
};
const [warmMs, cpuMs] = [later(took), later(used)];
console.log(JSON.stringify({ verdict, ms: took[0], warmMs, cpuMs, peak: process.resourceUsage().maxRSS * 1024 }));
