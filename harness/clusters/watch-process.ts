import type { Observe } from "../core/elector.ts";
import type { Incarnation, Recorder } from "../core/events.ts";
import { millis, type Millis } from "../core/time.ts";
import { pollAnswers, type PollOptions } from "../probes/poll-answers.ts";
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
  const asked = endpointOf(observe);
  if (asked !== undefined) {
    const polling = new AbortController();
    stack.defer(() => polling.abort());
    const { endpoint, every } = asked;
    void pollAnswers({
      observe: endpoint,
      address,
      identity: options.who.replica,
      who,
      recorder: endpoint === observe ? statements : beside(recorder),
      signal: polling.signal,
      ...(every === undefined ? {} : { every }),
    });
  }
  return stack;
}

/** A page beside the log tells nothing that the log does not: a component's long page is asked for twice a second. */
const BESIDE_EVERY = millis(500);

function endpointOf(
  observe: Observe,
): { readonly endpoint: PollOptions["observe"]; readonly every?: Millis } | undefined {
  if (observe.via === "http" || observe.via === "metrics") return { endpoint: observe };
  if (observe.via !== "log" || observe.metrics === undefined) return undefined;
  return { endpoint: observe.metrics, every: BESIDE_EVERY };
}

/** Statements are read elsewhere: that the endpoint was silent is no loss of them. */
const beside = (recorder: Recorder): Recorder => ({
  now: () => recorder.now(),
  since: () => recorder.since(),
  record: (event) => void (event.type !== "gap" && recorder.record(event)),
});
