import type { HarnessError } from "../core/errors.ts";
import type { HistoryEvent, HistoryHeader, Recorder } from "../core/events.ts";
import { openHistoryFile } from "./history-file.ts";
import type { LoopClock } from "./loop-clock.ts";

export { openLoopClock, type LoopClock } from "./loop-clock.ts";

export type TrialRecorder = Recorder &
  AsyncDisposable & {
    /** Everything recorded so far, in the order recorded. */
    readonly events: readonly HistoryEvent[];
    /** Called with each event as it is recorded; ends when disposed. */
    onEvent(listener: (event: HistoryEvent) => void): Disposable;
    /** Why the history could not be written, once that happened. */
    failure(): HarnessError | undefined;
  };

/** What a recorder reads its times from; `observed` is told of each event. */
export type RecorderClock = Pick<LoopClock, "now" | "since" | "observed">;

/**
 * Keeps a trial's events for judging and streams them to the file at `file`, header first; the clock is the run's, or the trial's own.
 * Disposing flushes, and rejects if anything could not be written; what is recorded after that is dropped, for the
 * observation has ended. A path that cannot be opened is a HarnessError.
 */
export function openRecorder(options: {
  readonly clock: RecorderClock;
  readonly file: string;
  readonly header: HistoryHeader;
}): TrialRecorder {
  const { clock } = options;
  const file = openHistoryFile(options.file, options.header);
  const events: HistoryEvent[] = [];
  const listeners = new Set<(event: HistoryEvent) => void>();
  let closed = false;

  return {
    events,
    failure: () => file.failure(),
    now: () => clock.now(),
    since: () => clock.since(),
    record(event) {
      if (closed) return;
      events.push(event);
      clock.observed(event);
      file.write(event);
      for (const listener of listeners) listener(event);
    },
    onEvent(listener) {
      const own = (event: HistoryEvent): void => listener(event);
      listeners.add(own);
      return { [Symbol.dispose]: () => void listeners.delete(own) };
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      listeners.clear();
      await file[Symbol.asyncDispose]();
    },
  };
}
