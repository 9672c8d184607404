import type { Observe } from "../core/elector.ts";
import type { Incarnation, Recorder } from "../core/events.ts";
import { pollAnswers } from "../probes/poll-answers.ts";
import { watchRunDelay } from "../probes/run-delay.ts";
import { familyOf } from "./proc.ts";

/** How long a list of a replica's processes is used before it is made again. */
const FAMILY_MS = 1000;

/** Measures the present process's starvation, and asks its endpoint where there is one; until disposed. */
export function watchProcess(options: {
  readonly who: Incarnation;
  readonly pid: number;
  readonly address: string;
  readonly observe: Observe;
  readonly recorder: Recorder;
  /** Where answers are recorded. */
  readonly statements: Recorder;
}): DisposableStack {
  const { observe, address, pid, recorder, statements } = options;
  const who = (): Incarnation => options.who;
  const stack = new DisposableStack();
  let family: readonly number[] = [pid];
  let seen = recorder.now();
  const pids = (): readonly number[] => {
    if (recorder.now() - seen < FAMILY_MS) return family;
    seen = recorder.now();
    return (family = familyOf(pid));
  };
  stack.use(watchRunDelay({ pids, who, recorder }));
  if (observe.via === "http" || observe.via === "metrics") {
    const polling = new AbortController();
    stack.defer(() => polling.abort());
    void pollAnswers({
      observe,
      address,
      identity: options.who.replica,
      who,
      recorder: statements,
      signal: polling.signal,
    });
  }
  return stack;
}
