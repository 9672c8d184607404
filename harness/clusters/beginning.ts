import { HarnessError, messageOf } from "../core/errors.ts";

/** How the pods of a trial begin, and the first thing that went wrong with them, then or later. */
export type Beginning = {
  /** The pod has, or had, a process. */
  started(pod: string): void;
  /** Only the first is kept. A HarnessError is what the elector has no part in. */
  fail(why: string | HarnessError): void;
  /** What a HarnessError is made of that is none yet. */
  lost(error: unknown, where: string): void;
  /** Whether something went wrong; never throws. */
  readonly trouble: string | HarnessError | undefined;
  /** As Trial.failure: throws what the elector has no part in, since nothing may be concluded from it. */
  failure(): string | undefined;
  /** Resolves when that many have begun, when something went wrong, and when the signal is aborted. */
  all(signal: AbortSignal, late?: Late): Promise<void>;
};

export type Late = {
  readonly namespace: string;
  readonly mend: string;
  /** What is known of its cause. */
  readonly why?: () => string | undefined;
};

/** Controllers, scheduler and kubelets are granted this until every replica has a process, in ms. */
const START_WITHIN_MS = 180_000;

export function beginning(replicas: number): Beginning {
  const { promise, resolve: done } = Promise.withResolvers<void>();
  const started = new Set<string>();
  let trouble: string | HarnessError | undefined;
  const fail = (why: string | HarnessError): void => {
    trouble ??= why;
    done();
  };
  const never = ({ namespace, mend, why }: Late): HarnessError => {
    const cause = why?.();
    const words = `${started.size} pods of ${namespace} were started within ${START_WITHIN_MS / 1000} s, and more were asked for`;
    return new HarnessError(cause === undefined ? words : `${words} (${cause})`, { mend });
  };
  return {
    started(pod) {
      started.add(pod);
      if (started.size >= replicas) done();
    },
    fail,
    lost: (error, where) =>
      fail(error instanceof HarnessError ? error : new HarnessError(`${where}: ${messageOf(error)}`, { cause: error })),
    get trouble() {
      return trouble;
    },
    failure() {
      if (trouble instanceof HarnessError) throw trouble;
      return trouble;
    },
    async all(signal, late) {
      // The signal is the run's and outlives the trial: a listener that stayed would keep the trial's events in memory.
      const abort = (): void => done();
      signal.addEventListener("abort", abort, { once: true });
      if (replicas === 0 || signal.aborted) done();
      const timer = late && setTimeout(() => fail(never(late)), START_WITHIN_MS);
      await promise;
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}
