import { Worker } from "node:worker_threads";
import { HarnessError } from "../core/errors.ts";

export type Thread<Order> = AsyncDisposable & {
  post(order: Order): void;
  /** Why it can do nothing more; undefined while it lives. */
  failure(): HarnessError | undefined;
};

/**
 * Starts a thread of the harness's own: `program` is a file beside `base`, without its ending (compiled, it is
 * JavaScript). `failed` is called once, with the HarnessError, when the thread ends before it is disposed of.
 */
export function openThread<Order, Word>(options: {
  readonly base: string;
  readonly program: string;
  /** What the thread finds as its workerData. */
  readonly data?: string;
  /** What its end is told as: "the thread that judges". */
  readonly name: string;
  readonly mend: string;
  readonly heard: (word: Word) => void;
  readonly failed: (error: HarnessError) => void;
}): Thread<Order> {
  const { base, name, mend, heard, failed } = options;
  const ending = base.endsWith(".ts") ? "ts" : "js";
  const thread = new Worker(new URL(`./${options.program}.${ending}`, base), { workerData: options.data });
  let [broken, disposed]: [HarnessError | undefined, boolean] = [undefined, false];
  const fail = (cause: unknown): void => {
    if (broken !== undefined || disposed) return;
    broken = new HarnessError(`${name} has ended`, { cause, mend });
    failed(broken);
  };
  thread.on("message", heard);
  thread.on("error", fail);
  thread.on("exit", (code) => fail(new Error(`exit status ${code}`)));
  return {
    post: (order) => thread.postMessage(order),
    failure: () => broken,
    async [Symbol.asyncDispose]() {
      disposed = true;
      await thread.terminate();
    },
  };
}
