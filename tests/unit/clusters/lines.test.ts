import fc from "fast-check";
import { expect, test } from "vitest";
import { LONGEST_LINE, splitLines } from "../../../harness/clusters/lines.ts";
import { millis } from "../../../harness/core/time.ts";

const bounds = (turn: number) => ({ since: millis(turn), at: millis(turn + 0.5) });

test("however a stream is cut into chunks, its lines are the same, and their bounds are those of their bytes", () => {
  const text = fc.array(fc.constantFrom("a", "\n", "é", "{}"), { maxLength: 60 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 12 }), { maxLength: 30 }), (whole, cuts) => {
      const splitter = splitLines();
      const bytes = Buffer.from(whole);
      const seen: { text: string; since: number; at: number }[] = [];
      let from = 0;
      let turn = 0;
      const chunkOf = new Map<number, number>();
      for (const cut of [...cuts, bytes.length]) {
        const chunk = bytes.subarray(from, from + cut);
        for (let index = from; index < from + chunk.length; index += 1) chunkOf.set(index, turn);
        for (const line of splitter.push(chunk, bounds(turn)))
          seen.push({ text: line.bytes.toString(), ...line.bounds });
        from += chunk.length;
        turn += 1;
      }
      for (const line of splitter.rest(bounds(turn))) seen.push({ text: line.bytes.toString(), ...line.bounds });
      const wanted = whole.split("\n");
      if (wanted.at(-1) === "") wanted.pop();
      expect(seen.map((line) => line.text)).toEqual(wanted);
      let position = 0;
      for (const line of seen) {
        expect(line.since).toBe(chunkOf.get(position));
        position += Buffer.byteLength(line.text) + 1;
        expect(line.at).toBe((chunkOf.get(position - 1) ?? turn) + 0.5);
      }
    }),
  );
});

test("a line without end is cut, and what comes after it is a line again", () => {
  const splitter = splitLines();
  const long = Buffer.alloc(LONGEST_LINE * 3, "x");
  expect(splitter.push(long, bounds(0))).toEqual([]);
  const lines = splitter.push(Buffer.from("yy\nshort\n"), bounds(1));
  expect(lines.map((line) => line.bytes.length)).toEqual([LONGEST_LINE, 5]);
});
