import { Worker } from "node:worker_threads";
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
  const program = import.meta.url.endsWith(".ts") ? "./judge-thread.ts" : "./judge-thread.js";
  const thread = new Worker(new URL(program, import.meta.url));
  const asked = new Map<number, PromiseWithResolvers<Judged>>();
  let count = 0;
  let broken: HarnessError | undefined;

  const fail = (cause: unknown): void => {
    broken = new HarnessError("the thread that judges has ended", { cause, mend: MEND });
    for (const { reject } of asked.values()) reject(broken);
    asked.clear();
  };
  thread.on("message", (answer: Answer) => {
    const waiting = asked.get(answer.id);
    asked.delete(answer.id);
    if ("judged" in answer) waiting?.resolve(answer.judged);
    else waiting?.reject(new HarnessError(`a history could not be judged: ${answer.error}`, { mend: MEND }));
  });
  thread.on("error", fail);
  thread.on("exit", (code) => fail(new Error(`exit status ${code}`)));

  return {
    judge(file, { strict }) {
      if (broken !== undefined) return Promise.reject(broken);
      const id = (count += 1);
      const waiting = Promise.withResolvers<Judged>();
      asked.set(id, waiting);
      const question: Question = { id, file, strict };
      thread.postMessage(question);
      return waiting.promise;
    },
    [Symbol.asyncDispose]: async () => void (await thread.terminate()),
  };
}
