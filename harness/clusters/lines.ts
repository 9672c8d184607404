import type { Bounds, Millis } from "../core/time.ts";
import { millis } from "../core/time.ts";

/** A line is cut here; the rest of it is dropped. */
export const LONGEST_LINE = 64 * 1024;

export type Line = { readonly bytes: Buffer; readonly bounds: Bounds };

export type LineSplitter = {
  /** The lines that this chunk completes. */
  push(chunk: Buffer, bounds: Bounds): readonly Line[];
  /** What came after the last newline, when there is nothing more to come. */
  rest(bounds: Bounds): readonly Line[];
};

/**
 * Cuts a stream into lines. A line's `since` is that of its first byte: a reader on the other side may have
 * understood it before its newline came.
 */
export function splitLines(): LineSplitter {
  let parts: Buffer[] = [];
  let length = 0;
  let since: Millis | undefined;

  const keep = (part: Buffer, bounds: Bounds): void => {
    since ??= bounds.since;
    const room = LONGEST_LINE - length;
    if (room > 0 && part.length > 0) parts.push(part.subarray(0, room));
    length += part.length;
  };
  const take = (bounds: Bounds): Line => {
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const line = { bytes, bounds: { since: millis(Math.min(since ?? bounds.since, bounds.since)), at: bounds.at } };
    parts = [];
    length = 0;
    since = undefined;
    return line;
  };

  return {
    push(chunk, bounds) {
      const lines: Line[] = [];
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        const part = chunk.subarray(from, end);
        // A line that lies in one chunk, as nearly all do, is that piece of it: floods are cheap.
        if (since === undefined && part.length <= LONGEST_LINE) lines.push({ bytes: part, bounds });
        else {
          keep(part, bounds);
          lines.push(take(bounds));
        }
        from = end + 1;
      }
      if (from < chunk.length) keep(chunk.subarray(from), bounds);
      return lines;
    },
    rest: (bounds) => (length === 0 ? [] : [take(bounds)]),
  };
}
