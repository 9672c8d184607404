// Records an event every turn, and says on stdout how many it has recorded in earlier turns, until it is killed.
import { writeSync } from "node:fs";
import { openLoopClock } from "../../../harness/runner/loop-clock.ts";
import { openRecorder } from "../../../harness/runner/recorder.ts";
import { header } from "./recorder-support.ts";

const clock = openLoopClock();
const recorder = openRecorder({ clock, file: process.argv[2]!, header });
let count = 0;
const record = (): void => {
  if (count > 0) writeSync(1, `${count}\n`);
  recorder.record({ type: "step", at: recorder.now(), index: count, name: "x".repeat(200), phase: "start" });
  count += 1;
  setTimeout(record, 0);
};
record();
