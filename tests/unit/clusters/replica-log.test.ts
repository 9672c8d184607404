import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LARGEST_LOG, openLog, tailOf } from "../../../harness/clusters/replica-log.ts";
import { HarnessError } from "../../../harness/core/errors.ts";
import { millis } from "../../../harness/core/time.ts";
import { temporaryFolder } from "./bench.ts";

const line = (bytes: Buffer) => ({ bytes, bounds: { since: millis(0), at: millis(0) } });

test("a log keeps lines, and its tail begins with a whole one", () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "deep", "demo-1.log");
  using log = openLog(file);
  log.write([line(Buffer.from("first")), line(Buffer.from("second"))]);
  log.say("process 1 ended");
  expect(tailOf(file)).toBe("first\nsecond\n[interregnum] process 1 ended\n");
  expect(tailOf(file, 34)).toBe("[interregnum] process 1 ended\n");
  expect(tailOf(join(folder.path, "none.log"))).toBe("");
});

test("a log ends at its limit with one line that says so", () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "demo-1.log");
  using log = openLog(file);
  const megabyte = line(Buffer.alloc(1024 * 1024, "x"));
  for (let index = 0; index < 40; index += 1) log.write([megabyte]);
  expect(statSync(file).size).toBeLessThan(LARGEST_LOG + 1024);
  expect(tailOf(file)).toMatch(/^\[interregnum\] the log ends here/);
});

test("a log that cannot be opened is the environment's fault", () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "file"), "");
  expect(() => openLog(join(folder.path, "file", "demo.log"))).toThrow(HarnessError);
});
