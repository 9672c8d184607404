// `node bench/checker/judge-once.ts operations content times`: judges one history by every property, several times in one
// process, and prints a JSON line: the verdict, the first time and the median of the later ones in ms, the peak in bytes.
import { allProperties } from "../../harness/checkers/index.ts";
import { judge } from "../../harness/core/judge.ts";
import { viewOf } from "../../harness/core/reading.ts";
import { type Content, electionOf } from "./elections.ts";

const [operations, content, times] = process.argv.slice(2) as [string, Content, string];
const history = electionOf(Number(operations), content);
const took: number[] = [];
let verdict = "";
for (let time = 0; time < Number(times); time += 1) {
  const began = performance.now();
  const { results } = judge(viewOf(history), allProperties);
  took.push(performance.now() - began);
  verdict = results.find(({ name }) => name === "at-most-one-leader")!.verdict;
}
const again = took.slice(1).sort((a, b) => a - b);
const warmMs = again[again.length >> 1];
console.log(JSON.stringify({ verdict, ms: took[0], warmMs, peak: process.resourceUsage().maxRSS * 1024 }));
