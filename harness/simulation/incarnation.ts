import { messageOf } from "../core/errors.ts";
import { incarnationKey, type HistoryEvent } from "../core/events.ts";
import { millis } from "../core/time.ts";
import type { SimulatedElection, SimulatedElector } from "./elector.ts";
import type { Network, SimulatedGate } from "./gate.ts";
import type { Channel } from "./observer.ts";
import type { SimulatedProcess } from "./process.ts";
import type { BeliefLog } from "./truth.ts";
import { startWork, type SimulatedWork } from "./work.ts";

/** What wall clocks show when virtual time begins: 2030-01-01, in ms since 1970. */
export const EPOCH = Date.UTC(2030, 0, 1);

/** What a process of a simulated elector stands on. */
export type Ground = Network & {
  readonly elector: SimulatedElector;
  readonly beliefs: BeliefLog;
  random(): number;
  /** Whether the guarded resource accepts an act with this token. */
  accepts(token: number | undefined): boolean;
  /** Between two acts of the leader's work, in ms; without it there is no work. */
  readonly actEvery?: number;
};

export type Incarnated = {
  readonly process: SimulatedProcess;
  /** Whom its endpoint names, where it serves one. */
  endpoint(): (() => string) | undefined;
  /** Takes its work, its connections and its belief away, and it with them. */
  end(): void;
};

/** Starts an elector in a process; `exited` is told when it ends by itself: 0, or 2 where it rejected. */
export function startElector(
  ground: Ground,
  settings: Pick<SimulatedElection, "podName" | "timing" | "env"> & { readonly wallOffset: number },
  process: SimulatedProcess,
  channel: Channel,
  gate: SimulatedGate,
  exited: (code: number, words?: string) => void,
): Incarnated {
  const { clock, elector, random, record, beliefs, actEvery } = ground;
  const { podName, timing, env, wallOffset } = settings;
  const { who } = process;
  const key = incarnationKey(who);
  let work: SimulatedWork | undefined;
  let endpoint: (() => string) | undefined;
  const says = (type: "claim" | "disclaim", token?: number): void => {
    if (!process.alive) return;
    if (type === "claim") beliefs.claim(key, who, clock.now());
    else beliefs.over(key, clock.now());
    const bounds = channel.line(clock.now());
    if (bounds === undefined) return; // lost: a gap tells of it
    const said = { type, ...bounds, ...who, source: "stdout" as const, ...(token === undefined ? {} : { token }) };
    clock.at(bounds.at, () => record(said as HistoryEvent));
  };
  void elector(
    {
      podName,
      election: ground.object,
      timing,
      env,
      clock: {
        now: () => process.now(),
        wall: () => EPOCH + wallOffset + clock.now(),
        sleep: (ms, signal) => process.sleep(ms, signal),
        after: (ms, act) => process.after(ms, act),
      },
      random,
      client: gate.clientOf(process),
      duty: {
        claim: (token) => says("claim", token),
        begin: (token) => {
          if (actEvery === undefined || !process.alive) return Promise.resolve();
          work = startWork(process, token, { ...ground, every: millis(actEvery) });
          return work.begun;
        },
        end: () => work?.end() ?? Promise.resolve(),
        disclaim: () => says("disclaim"),
      },
      serve: (leader) => void (endpoint = leader),
    },
    process.terminated,
  ).then(
    () => process.alive && exited(0),
    (error: unknown) => process.alive && exited(2, messageOf(error)),
  );
  return {
    process,
    endpoint: () => endpoint,
    end() {
      void work?.end();
      process.end();
      gate.closed(process);
      beliefs.over(key, clock.now());
    },
  };
}
