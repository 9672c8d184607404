import type { Recorder } from "../../core/events.ts";
import { toMicros, type Bounds, type Millis } from "../../core/time.ts";
import { statOf } from "../proc.ts";

/** How often (ms) processes are looked at: the engine tells of an end some hundred ms late, and not when it was. */
const LOOK_EVERY = 25;

type Watched = {
  /** As /proc has its start. */
  readonly mark: string;
  readonly clock: Pick<Recorder, "now">;
  alive: Millis;
  readonly gone: (bounds: Bounds) => void;
};

/** Sees when processes of this machine end that are not our children. */
export type Ends = Disposable & {
  /** Tells once within which bounds the process ended; what it returns ends the watch. */
  watch(pid: number, clock: Pick<Recorder, "now">, gone: (bounds: Bounds) => void): () => void;
};

/** Looks at /proc as long as somebody is watched. */
export function watchEnds(): Ends {
  const watched = new Map<number, Watched>();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    for (const [pid, one] of watched) {
      const asked = one.clock.now();
      const stat = statOf(pid);
      if (stat?.started === one.mark && stat.state !== "Z") one.alive = asked;
      else {
        stop(pid);
        one.gone({ since: one.alive, at: toMicros(one.clock.now()) });
      }
    }
  };
  const stop = (pid: number): void => {
    watched.delete(pid);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    watch(pid, clock, gone) {
      const alive = clock.now();
      watched.set(pid, { mark: statOf(pid)?.started ?? "gone", clock, alive, gone });
      timer ??= setInterval(look, LOOK_EVERY).unref();
      return () => stop(pid);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      watched.clear();
    },
  };
}
