import { expect, test } from "vitest";
import { millis } from "../../../harness/core/time.ts";
import { answerLog } from "../../../harness/probes/answer-log.ts";
import { realRecorder } from "../runner/recorder-support.ts";

const first = { replica: "demo-1", incarnation: 1 };
const second = { replica: "demo-1", incarnation: 2 };
const at = millis;

test("a restart ends the gap of the old process, and the new one begins anew", async () => {
  await using recorder = realRecorder();
  const log = answerLog(recorder);
  log.answered(first, at(0), at(1), { leading: true });
  log.silent(first, at(50), "refused");
  log.silent(first, at(100), "timed out");
  log.silent(second, at(150), "refused");
  log.answered(second, at(200), at(201), { leading: false });
  log.close(at(300));
  expect(recorder.events).toEqual([
    { type: "answer", ...first, asked: 0, at: 1, leading: true },
    { type: "gap", ...first, since: 50, at: 150, reason: "refused" },
    { type: "answer", ...second, asked: 200, at: 201, leading: false },
  ]);
});

test("silence after the last answer lasts until the end", async () => {
  await using recorder = realRecorder();
  const log = answerLog(recorder);
  log.answered(first, at(0), at(1), { leading: false, term: 3 });
  log.silent(first, at(50), "refused");
  log.close(at(90));
  log.close(at(95));
  expect(recorder.events.slice(1)).toEqual([{ type: "gap", ...first, since: 50, at: 90, reason: "refused" }]);
});
