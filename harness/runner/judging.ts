import { openThread } from "../clusters/thread.ts";
import type { Crowding } from "../core/crowding.ts";
import { HarnessError } from "../core/errors.ts";
import type { Judgement } from "../core/judge.ts";
import type { Millis } from "../core/time.ts";

export type Judged = {
  readonly judgement: Judgement;
  /** When the first replica was started; undefined where none was. */
  readonly started: Millis | undefined;
  readonly crowding: Crowding;
  /** What judging took, in ms. */
  readonly ms: number;
};

export type Question = { readonly id: number; readonly file: string; readonly strict: boolean };
export type Answer = { readonly id: number; readonly judged: Judged } | { readonly id: number; readonly error: string };

export type Judging = AsyncDisposable & {
  /** Judges a whole history.jsonl by the properties that its header names; HarnessError when it cannot be read. */
  judge(file: string, options: { readonly strict: boolean }): Promise<Judged>;
};

const MEND = "run `interregnum recheck` on the run's folder, and report what it says";

/** Judges in a thread of its own: on the event loop it would shift what the trials that still run are seen to do. */
export function openJudging(): Judging {
  const asked = new Map<number, PromiseWithResolvers<Judged>>();
  let count = 0;
  const thread = openThread<Question, Answer>({
    base: import.meta.url,
    program: "judge-thread",
    name: "the thread that judges",
    mend: MEND,
    heard(answer) {
      const waiting = asked.get(answer.id);
      asked.delete(answer.id);
      if ("judged" in answer) waiting?.resolve(answer.judged);
      else waiting?.reject(new HarnessError(`a history could not be judged: ${answer.error}`, { mend: MEND }));
    },
    failed(error) {
      for (const { reject } of asked.values()) reject(error);
      asked.clear();
    },
  });

  return {
    judge(file, { strict }) {
      const broken = thread.failure();
      if (broken !== undefined) return Promise.reject(broken);
      const id = (count += 1);
      const waiting = Promise.withResolvers<Judged>();
      asked.set(id, waiting);
      thread.post({ id, file, strict });
      return waiting.promise;
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}
