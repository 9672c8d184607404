import type { Observe } from "../core/elector.ts";
import type { Incarnation, Recorder } from "../core/events.ts";
import { pollAnswers } from "../probes/poll-answers.ts";
import type { StallWatch } from "./stall-watch.ts";

/** Measures the present process's starvation, and asks its endpoint where there is one; until disposed. */
export function watchProcess(options: {
  readonly who: Incarnation;
  readonly pid: number;
  readonly address: string;
  readonly observe: Observe;
  readonly recorder: Recorder;
  readonly stalls: StallWatch;
  /** Where answers are recorded. */
  readonly statements: Recorder;
}): DisposableStack {
  const { observe, address, pid, recorder, statements } = options;
  const who = (): Incarnation => options.who;
  const stack = new DisposableStack();
  stack.use(options.stalls.watch({ pid, who: options.who, recorder }));
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
