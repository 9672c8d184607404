import { expect, test } from "vitest";
import { criReader } from "../../../../harness/clusters/kind/cri-log.ts";

const AT = Date.parse("2026-11-23T00:24:05.133Z");

test("a line has its time to the microsecond, its stream and its text", () => {
  const read = criReader();
  const line = read('2026-11-23T00:24:05.133006329Z stdout F {"leading": true}');
  expect(line).toEqual({ wall: expect.closeTo(AT + 0.006, 2), stream: "stdout", text: '{"leading": true}' });
  expect(read("2026-11-23T01:24:05.133006329+01:00 stderr F ")).toMatchObject({ stream: "stderr", text: "" });
  expect(read("2026-11-23T01:24:05.133006329+01:00 stdout F x")?.wall).toBeCloseTo(AT + 0.006, 2);
});

test("the parts of a long line are joined by stream, and it is as late as its last", () => {
  const read = criReader();
  expect(read("2026-11-23T00:24:05.000Z stdout P one ")).toBeUndefined();
  expect(read("2026-11-23T00:24:05.100Z stderr F between")).toMatchObject({ text: "between" });
  expect(read("2026-11-23T00:24:05.133Z stdout F two")).toEqual({ wall: AT, stream: "stdout", text: "one two" });
});

test("what is no line of such a log is none", () => {
  const read = criReader();
  expect(read("tail: cannot open 'x'")).toBeUndefined();
  expect(read("")).toBeUndefined();
});
