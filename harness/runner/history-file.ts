import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { HistoryEvent, HistoryHeader } from "../core/events.ts";
import { serialiseEvent, serialiseHeader } from "../core/history.ts";

export type HistoryFile = AsyncDisposable & {
  /** Takes the event's line; it is on its way to the disk when this turn of the event loop ends. */
  write(event: HistoryEvent): void;
  /** Why the file could not be written; nothing is written after that. */
  failure(): HarnessError | undefined;
};

/**
 * Makes history.jsonl: the header at once, then the lines of each turn of the event loop with one synchronous append
 * at its end. A SIGKILL loses at most the turn it hits; the file is whole up to its last complete line.
 * A path that cannot be opened is a HarnessError.
 */
export function openHistoryFile(path: string, header: HistoryHeader): HistoryFile {
  const descriptor = create(path);
  let failure: HarnessError | undefined;
  let lines: string[] = [`${serialiseHeader(header)}\n`];
  let waiting: NodeJS.Immediate | undefined;
  let closed = false;

  const flush = (): void => {
    waiting = undefined;
    if (lines.length === 0 || failure !== undefined) return;
    const batch = Buffer.from(lines.join(""));
    lines = [];
    try {
      appendAll(descriptor, batch);
    } catch (error) {
      failure = unwritable(path, error);
    }
  };
  flush();

  return {
    failure: () => failure,
    write(event) {
      if (closed || failure !== undefined) return;
      lines.push(`${serialiseEvent(event)}\n`);
      waiting ??= setImmediate(flush);
    },
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      clearImmediate(waiting);
      flush();
      closeSync(descriptor);
      if (failure !== undefined) throw failure;
    },
  };
}

function create(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "w");
  } catch (error) {
    throw unwritable(path, error);
  }
}

function appendAll(descriptor: number, batch: Buffer): void {
  for (let written = 0; written < batch.length;) written += writeSync(descriptor, batch, written);
}

const unwritable = (path: string, cause: unknown): HarnessError =>
  new HarnessError(`the history ${path} cannot be written: ${messageOf(cause)}`, {
    cause,
    mend: "free space, or write elsewhere with --out DIR",
  });
