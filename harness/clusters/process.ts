import { setTimeout as sleep } from "node:timers/promises";
import { millis, type Bounds, type Millis } from "../core/time.ts";
import { guard } from "./orphans.ts";
import { membersOf, send, statOf } from "./proc.ts";
import { holdBack, readOutput } from "./output.ts";
import type { Running, StartOptions } from "./runtime.ts";
import { boundsOf, notAfter, type Spawner } from "./spawner.ts";

/** How often (ms) a process is looked at that nobody tells the end of. */
const LOOK_EVERY = 5;

/** Where processes are started, no pod is asked for: they share this machine's network. */
export type ProcessOptions = Omit<StartOptions, "image" | "namespace" | "pod" | "address"> & {
  readonly spawner: Spawner;
};

/** Starts a process in a group of its own, noted in the ledger; rejects with the system's error when it cannot start. */
export async function start(options: ProcessOptions): Promise<Running> {
  const { argv, env, directory, clock } = options;
  const told = holdBack();
  let group: Group | undefined;
  const ordered = options.spawner.order({ argv, env, directory }, (exit) =>
    told(() => (exit === undefined ? lost() : ended(exit.code, exit.signal, notAfter(clock, exit.since)))),
  );
  const output = readOutput(options, ordered.stdout, ordered.stderr, told);
  let seen: Awaited<typeof ordered.started>;
  try {
    seen = await ordered.started;
  } catch (error) {
    output.drop();
    throw error;
  }
  const { pid } = seen;
  const started = boundsOf(clock, seen);
  group = { pid, mark: seen.mark };
  const release = guard(pid);

  const ended = (code: number | null, signal: string | null, since: Millis): void => {
    const bounds: Bounds = { since: millis(Math.max(since, started.since)), at: clock.now() };
    group = undefined;
    release();
    output.exited(bounds, () => options.ended({ code, signal, bounds }));
  };
  /** Nobody tells of its end any more: it is ended, and that is looked for. */
  const lost = (): void => {
    send(-pid, "SIGKILL");
    const look = setInterval(() => {
      if (lives({ pid, mark: seen.mark }) && statOf(pid)?.state !== "Z") return;
      clearInterval(look);
      ended(null, "SIGKILL", started.since);
    }, LOOK_EVERY);
  };
  const signalTo = (target: number, signal: NodeJS.Signals): void => {
    // Its number may be another's once the spawner has seen it end.
    if (group !== undefined && lives(group)) send(target, signal);
  };
  setImmediate(told.go);
  return {
    pid,
    started,
    signal: (signal) => signalTo(pid, signal),
    kill: () => signalTo(-pid, "SIGKILL"),
    async freeze(signal) {
      do {
        signal.throwIfAborted();
        if (group === undefined) throw new Error(`process ${pid} has ended`);
        // Again each time round: a process that was being born at the first signal has missed it.
        signalTo(-pid, "SIGSTOP");
        await sleep(1, undefined, { signal });
      } while (!isFrozen(pid));
    },
    thaw: () => signalTo(-pid, "SIGCONT"),
    isFrozen: () => isFrozen(pid),
  };
}

/** Whether every process of the group is stopped (T; a zombie runs no more either); false when there is none. */
function isFrozen(group: number): boolean {
  const states = membersOf(group).map((pid) => statOf(pid)?.state ?? "X");
  return states.length > 0 && states.every((state) => "TtZX".includes(state)) && states.some((state) => state === "T");
}

type Group = { readonly pid: number; readonly mark: string };

/** A leader that has ended and was not reaped keeps its number, and its group can still be signalled. */
const lives = ({ pid, mark }: Group): boolean => statOf(pid)?.started === mark;
