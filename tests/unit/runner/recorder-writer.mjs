// Writes lines at irregular moments: when the line was begun, and when the one before it was certainly written
// (nanoseconds of the monotonic clock that all processes share).
import { writeSync } from "node:fs";

let written = 0n;
let left = Number(process.argv[2]);
const step = () => {
  const begun = process.hrtime.bigint();
  writeSync(1, `${begun} ${written}\n`);
  written = process.hrtime.bigint();
  if (--left > 0) setTimeout(step, (left * 7) % 4);
  else writeSync(1, `0 ${written}\n`);
};
step();
