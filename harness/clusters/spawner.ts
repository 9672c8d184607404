import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HarnessError } from "../core/errors.ts";
import type { Recorder } from "../core/events.ts";
import { millis, toMicros, type Bounds, type Millis } from "../core/time.ts";
import { note } from "./ledger.ts";
import { monotonic, type Order, type Word } from "./spawner-words.ts";

type Started = Extract<Word, { type: "started" }>;
type Exited = Extract<Word, { type: "exited" }>;

/** One process that was ordered; its streams are read by whoever ordered it. */
export type Ordered = { readonly stdout: Socket; readonly stderr: Socket; readonly started: Promise<Started> };

export type Spawner = AsyncDisposable & {
  /** Why it can start nothing more; undefined while it lives. */
  failure(): HarnessError | undefined;
  /**
   * Orders a process that leads a group of its own. `started` rejects with the system's error, or with `failure()`.
   * `exited` is called once for a started process, with undefined when the spawner ended before it.
   */
  order(order: Omit<Order, "id">, exited: (exit: Exited | undefined) => void): Ordered;
};

type Waiting = { readonly started: PromiseWithResolvers<Started>; readonly exited: (exit: Exited | undefined) => void };

const MEND = "look for who killed it (dmesg names what ran out of memory), give a lower --jobs, and run again";

/** Starts the small process that forks the replicas, and waits until it listens; it is noted in the ledger. */
export async function openSpawner(options: {
  readonly run: string;
  readonly folder: string;
  readonly ledger: string;
}): Promise<Spawner> {
  mkdirSync(options.folder, { recursive: true });
  const path = join(options.folder, "spawner");
  const program = import.meta.url.endsWith(".ts") ? "./spawner-process.ts" : "./spawner-process.js";
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [path, options.ledger], {
    detached: true, // Ctrl-C is the harness's to answer
    execArgv: [],
    env: { ...process.env, INTERREGNUM_RUN: options.run },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit").catch(() => {}); // it could not be started: the "error" below says why
  const waiting = new Map<number, Waiting>();
  const listening = Promise.withResolvers<void>();
  listening.promise.catch(() => {}); // looked at below
  let count = 0;
  let broken: HarnessError | undefined;

  const fail = (cause: unknown): void => {
    if (broken !== undefined) return;
    broken = new HarnessError("the process that starts the replicas has ended", { cause, mend: MEND });
    listening.reject(broken);
    for (const { started, exited } of waiting.values()) {
      started.reject(broken);
      exited(undefined);
    }
    waiting.clear();
    child.kill("SIGKILL");
  };
  child.on("error", fail);
  child.once("exit", (code, signal) => fail(new Error(signal ?? `exit status ${code}`)));
  child.on("message", (word: Word) => {
    if (word.type === "listening") return listening.resolve();
    const one = waiting.get(word.id);
    if (word.type === "started") return one?.started.resolve(word);
    waiting.delete(word.id);
    if (word.type === "exited") return one?.exited(word);
    one?.started.reject(Object.assign(new Error(word.error.message), word.error));
  });
  if (child.pid !== undefined) note(options.ledger, child.pid);
  await listening.promise;

  return {
    failure: () => broken,
    order(order, exited) {
      const id = count;
      count += 1;
      const started = Promise.withResolvers<Started>();
      started.promise.catch(() => {}); // it may be refused before it is looked at
      // In one turn: the spawner knows them by the order in which they were connected.
      const [stdout, stderr] = [connect(path), connect(path)];
      for (const stream of [stdout, stderr]) stream.on("error", (error) => stream.connecting && fail(error));
      if (broken !== undefined) {
        started.reject(broken);
        return { stdout, stderr, started: started.promise };
      }
      waiting.set(id, { started, exited });
      // Both are watched before the process can write: the poll that reports its words has seen them silent.
      void Promise.all([once(stdout, "connect"), once(stderr, "connect")]).then(
        () => child.connected && child.send({ ...order, id } satisfies Order, (error) => error && fail(error)),
        fail,
      );
      return { stdout, stderr, started: started.promise };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
      rmSync(path, { force: true });
    },
  };
}

/** By the harness's clock, the latest that is surely not after the machine's `instant`: the two tick alike. */
export function notAfter(clock: Pick<Recorder, "now">, instant: number): Millis {
  const now = clock.now();
  return millis(Math.floor((now - (monotonic() - instant)) * 1000 - 1) / 1000);
}

/** The harness's bounds around two instants of the machine. */
export function boundsOf(clock: Pick<Recorder, "now">, { since, at }: { since: number; at: number }): Bounds {
  const age = monotonic() - at;
  const now = clock.now();
  return { since: notAfter(clock, since), at: toMicros(Math.min(now, now - age + 0.002)) };
}
