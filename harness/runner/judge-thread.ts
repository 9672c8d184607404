import { parentPort } from "node:worker_threads";
import { propertiesOf } from "../checkers/index.ts";
import { crowdingOf } from "../core/crowding.ts";
import { assert, messageOf } from "../core/errors.ts";
import { judge } from "../core/judge.ts";
import { viewOf } from "../core/reading.ts";
import type { Answer, Question } from "./judging.ts";
import { readHistory } from "./read-run.ts";

// The thread's whole life: one history after another, read from its file.
assert(parentPort !== null, "this is a thread's own program");
const port = parentPort;

port.on("message", ({ id, file, strict }: Question) => {
  const from = performance.now();
  let answer: Answer;
  try {
    const history = readHistory(file);
    const view = viewOf(history);
    const judgement = judge(view, propertiesOf(history.header), { strict });
    const started = view.lives[0]?.started;
    answer = { id, judged: { judgement, started, crowding: crowdingOf(view), ms: performance.now() - from } };
  } catch (error) {
    answer = { id, error: messageOf(error) };
  }
  port.postMessage(answer);
});
