import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { HarnessError } from "../core/errors.ts";
import type { Line } from "./lines.ts";

/** A replica that prints more than this is read on, but not kept. */
export const LARGEST_LOG = 16 * 1024 * 1024;
const NEWLINE = Buffer.from("\n");
const FULL = Buffer.from(`[interregnum] the log ends here: it has reached ${LARGEST_LOG} bytes\n`);

export type ReplicaLog = Disposable & {
  write(lines: readonly Line[]): void;
  /** A line of the harness's own. */
  say(text: string): void;
};

/** Opens a replica's log, written at once (it is read when something went wrong). An unwritable path is a HarnessError. */
export function openLog(file: string): ReplicaLog {
  let descriptor: number;
  try {
    mkdirSync(dirname(file), { recursive: true });
    descriptor = openSync(file, "a");
  } catch (error) {
    throw new HarnessError(`the replica's log ${file} cannot be opened`, {
      cause: error,
      mend: "give --out a folder that can be written",
    });
  }
  let size = fstatSync(descriptor).size;
  let open = true;

  const append = (bytes: Buffer): void => {
    if (!open || size >= LARGEST_LOG) return;
    size += bytes.length;
    const fits = size < LARGEST_LOG;
    try {
      writeSync(descriptor, fits ? bytes : FULL);
    } catch {
      size = LARGEST_LOG; // the disk is full: the history's writer meets it too, and is the one to say so
    }
    if (!fits) size = LARGEST_LOG;
  };

  return {
    write(lines) {
      if (lines.length > 0 && size < LARGEST_LOG) append(Buffer.concat(lines.flatMap((line) => [line.bytes, NEWLINE])));
    },
    say: (text) => append(Buffer.from(`[interregnum] ${text}\n`)),
    [Symbol.dispose]() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

/** The last `bytes` of a log, from a line's start; "" when there is none. */
export function tailOf(file: string, bytes = 4096): string {
  if (!existsSync(file)) return "";
  const descriptor = openSync(file, "r");
  try {
    const whole = fstatSync(descriptor).size;
    const part = Buffer.alloc(Math.min(bytes, whole));
    readSync(descriptor, part, 0, part.length, whole - part.length);
    return part.subarray(part.length < whole ? part.indexOf(10) + 1 : 0).toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}
