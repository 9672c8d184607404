import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../../../harness/core/errors.ts";
import { parseHistory, serialiseEvent, serialiseHeader } from "../../../harness/core/history.ts";
import { millis } from "../../../harness/core/time.ts";
import { handover } from "../checkers/stories.ts";
import { headerWith } from "../checkers/story.ts";

const { header, events } = handover().history();
const lines = [serialiseHeader(header), ...events.map(serialiseEvent)];
const text = `${lines.join("\n")}\n`;

const refusal = (source: string | Iterable<string>) => {
  try {
    parseHistory(source, "some/history.jsonl");
  } catch (error) {
    if (error instanceof InputError) return { ...error.where, message: error.message, mend: error.mend };
    throw error;
  }
  return undefined;
};

test("a history is read back as it was written, from text and from lines", () => {
  expect(parseHistory(text)).toEqual({ header, events, truncated: false });
  expect(parseHistory(lines)).toEqual({ header, events, truncated: false });
  expect(parseHistory(text.replaceAll("\n", "\r\n")).events).toEqual(events);
});

test("cut anywhere, all whole lines remain, and the cut is reported", () => {
  const start = lines[0]!.length + 1;
  fc.assert(
    fc.property(fc.integer({ min: start, max: text.length }), (at) => {
      const read = parseHistory(text.slice(0, at));
      const whole = text.slice(0, at).split("\n").length - 2;
      expect(read.events.slice(0, whole)).toEqual(events.slice(0, whole));
      expect(read.events.length - whole).toBe(
        read.truncated || text[at - 1] === "\n" ? 0 : text.slice(0, at).endsWith("}") ? 1 : 0,
      );
    }),
    { numRuns: 500 },
  );
});

test("a broken line in the middle names file and line", () => {
  const broken = [...lines.slice(0, 3), lines[3]!.slice(0, 20), ...lines.slice(4)];
  expect(refusal(broken)).toMatchObject({ file: "some/history.jsonl", line: 4, mend: expect.any(String) });
});

test("an event without a field that judging needs names the field", () => {
  expect(refusal([lines[0]!, '{"type":"claim","at":1,"replica":"a","incarnation":1}'])).toMatchObject({
    line: 2,
    field: "since",
  });
  expect(refusal([lines[0]!, '{"type":"coronation","at":1}'])).toMatchObject({ line: 2, field: "type" });
  expect(refusal([lines[0]!, '{"type":"end","reason":"complete"}'])).toMatchObject({ line: 2, field: "at" });
  expect(refusal([lines[0]!, "[1]"])).toMatchObject({ line: 2, field: "type" });
});

test.each([
  ["nothing", ""],
  ["a cut header", lines[0]!.slice(0, 30)],
  ["no header", `${lines[1]}\n`],
  ["a foreign format", '{"format":"jepsen/1"}\n'],
  ["a newer format", JSON.stringify({ ...header, format: "interregnum.history/2" })],
  ["a header without timing", JSON.stringify({ ...header, elector: { ...header.elector, timing: {} } })],
  ["a header without a profile", JSON.stringify({ ...header, elector: { ...header.elector, profile: undefined } })],
])("%s is refused with what would be right", (_, source) => {
  expect(refusal(source)).toMatchObject({
    file: "some/history.jsonl",
    line: 1,
    field: expect.any(String),
    mend: expect.any(String),
  });
});

test("instants are written to the microsecond", () => {
  const event = { type: "end", at: millis(1.23456789), reason: "complete" } as const;
  expect(serialiseEvent(event)).toBe('{"type":"end","at":1.235,"reason":"complete"}');
  const call = { type: "ok", at: millis(2), replica: "a", incarnation: 1, call: 1, status: 200 } as const;
  const committed = { since: millis(1.00049), at: millis(1.0005001) };
  expect(JSON.parse(serialiseEvent({ ...call, committed })).committed).toEqual({ since: 1, at: 1.001 });
});

test("the header survives as it is", () => {
  const odd = headerWith({ scenario: "läufe" });
  expect(parseHistory(serialiseHeader(odd))).toEqual({ header: odd, events: [], truncated: false });
});
