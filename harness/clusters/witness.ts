import { HarnessError } from "../core/errors.ts";
import type { Recorder } from "../core/events.ts";
import type { Millis } from "../core/time.ts";
import { boundsOf, notAfter } from "./spawner.ts";
import { openThread } from "./thread.ts";
import type { Order, Word } from "./witness-words.ts";

export type Registration = {
  /** Which incarnation of the replica a connection speaks for that was opened at this instant or later. */
  readonly incarnation: (opened: Millis) => number;
  /** One recorder is one trial: the replicas that share it act upon one resource. */
  readonly recorder: Recorder;
  /** Whether the resource refuses a token below the highest one that it accepted. */
  readonly fencing: boolean;
};

export type Witness = AsyncDisposable & {
  /** The URL to which this replica of the recorder's trial posts its acts. */
  register(replica: string, registration: Registration): string;
  /** Resolves when all acts are recorded that have reached the witness on accepted connections; HarnessError when it hears no more. */
  caughtUp(): Promise<void>;
  /** The recorder's trial is over: what its replicas post from now on is refused. */
  forget(recorder: Recorder): void;
  /** Requests that were no act: garbage, oversized, of another method, to nowhere. */
  refused(): number;
};

type Actor = Registration & { readonly replica: string };

/**
 * Opens the server that guarded work reaches, one per run, on `host`, an address of this machine, and in a thread of its own: acts are most of
 * what is observed, and what else the harness does delays none of them. A port that cannot be had is a HarnessError.
 */
export async function openWitness(host = "127.0.0.1"): Promise<Witness> {
  const actors = new Map<string, Actor>();
  const trials = new Map<Recorder, number>();
  const asked: PromiseWithResolvers<void>[] = [];
  const listening = Promise.withResolvers<number>();
  listening.promise.catch(() => {}); // looked at below
  let [refused, count, opened] = [0, 0, 0];

  const fail = (error: HarnessError): void => {
    listening.reject(error);
    for (const { reject } of asked.splice(0)) reject(error);
  };
  const understand = (word: Word): void => {
    switch (word.type) {
      case "listening":
        return listening.resolve(word.port);
      case "deaf":
        return listening.reject(new HarnessError(word.message, { mend: `free ports of ${host}` }));
      case "act":
        return record(actors.get(word.path), word);
      case "refused":
        refused += 1;
        return;
      case "next":
        return asked.shift()?.resolve();
      default:
        throw word satisfies never;
    }
  };
  const thread = openThread<Order, Word>({
    base: import.meta.url,
    program: "witness-thread",
    data: host,
    name: "the thread that hears the replicas' acts",
    mend: "give a lower --jobs, and run again",
    // After the whole poll: that the process was started, which came first, may be reported in the same one.
    heard: (word) => void setImmediate(understand, word),
    failed: fail,
  });
  const port = await orClosed(listening.promise, thread);

  return {
    refused: () => refused,
    register(replica, registration) {
      const { recorder, fencing } = registration;
      const trial = trials.get(recorder) ?? (opened += 1);
      trials.set(recorder, trial);
      const path = `/acts/${(count += 1)}/${encodeURIComponent(replica)}`;
      actors.set(path, { ...registration, replica });
      thread.post({ type: "register", path, trial, fencing });
      return `http://${host}:${port}${path}`;
    },
    caughtUp() {
      const broken = thread.failure();
      if (broken !== undefined) return Promise.reject(broken);
      const answer = Promise.withResolvers<void>();
      asked.push(answer);
      thread.post({ type: "next" });
      return answer.promise;
    },
    forget(recorder) {
      const trial = trials.get(recorder);
      if (trial === undefined) return;
      trials.delete(recorder);
      for (const [path, actor] of actors) if (actor.recorder === recorder) actors.delete(path);
      thread.post({ type: "forget", trial });
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

function record(
  actor: Actor | undefined,
  { opened, since, at, token, accepted }: Extract<Word, { type: "act" }>,
): void {
  if (actor === undefined) return; // its trial is over
  const { replica, recorder } = actor;
  recorder.record({
    type: "act",
    ...boundsOf(recorder, { since, at }),
    replica,
    incarnation: actor.incarnation(notAfter(recorder, opened)),
    ...(token === undefined ? {} : { token }),
    accepted,
  });
}

async function orClosed<T>(opening: Promise<T>, thread: AsyncDisposable): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    await thread[Symbol.asyncDispose]();
    throw error;
  }
}
