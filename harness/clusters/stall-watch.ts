import type { Incarnation, Recorder } from "../core/events.ts";
import { boundsOf } from "./spawner.ts";
import type { Order, Word } from "./stall-words.ts";
import { openThread } from "./thread.ts";

type Watched = { readonly who: Incarnation; readonly recorder: Recorder };

export type StallWatch = AsyncDisposable & {
  /** Records as stalls of `who` when the process and its descendants waited for a processor; until disposed. */
  watch(options: Watched & { readonly pid: number }): Disposable;
  /** Resolves when what the recorder's processes waited by now is recorded; HarnessError when nobody measures any more. */
  caughtUp(recorder: Recorder): Promise<void>;
};

/** Measures waiting in a thread of its own, for all trials of a run: reading /proc would hold up the event loop. */
export function openStallWatch(): StallWatch {
  const watched = new Map<number, Watched>();
  const asked: PromiseWithResolvers<void>[] = [];
  let count = 0;
  const thread = openThread<Order, Word>({
    base: import.meta.url,
    program: "stall-thread",
    name: "the thread that measures what the replicas wait for a processor",
    mend: "give a lower --jobs, and run again",
    heard(word) {
      switch (word.type) {
        case "stalled":
          return record(watched.get(word.id), word);
        case "dropped":
          return void watched.delete(word.id);
        case "looked":
          return asked.shift()?.resolve();
        default:
          throw word satisfies never;
      }
    },
    failed(error) {
      for (const { reject } of asked.splice(0)) reject(error);
    },
  });

  return {
    watch({ pid, who, recorder }) {
      const id = (count += 1);
      watched.set(id, { who: { replica: who.replica, incarnation: who.incarnation }, recorder });
      thread.post({ type: "watch", id, pid });
      // What it had told before is still heard.
      return { [Symbol.dispose]: () => thread.post({ type: "drop", id }) };
    },
    caughtUp(recorder) {
      const broken = thread.failure();
      if (broken !== undefined) return Promise.reject(broken);
      const answer = Promise.withResolvers<void>();
      asked.push(answer);
      const ids = [...watched].flatMap(([id, each]) => (each.recorder === recorder ? [id] : []));
      thread.post({ type: "look", ids });
      return answer.promise;
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

function record(watched: Watched | undefined, { since, at, ms }: Extract<Word, { type: "stalled" }>): void {
  if (watched === undefined) return;
  const { who, recorder } = watched;
  recorder.record({ type: "stall", who, ...boundsOf(recorder, { since, at }), ms });
}
