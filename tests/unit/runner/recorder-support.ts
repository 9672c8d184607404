import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { millis } from "../../../harness/core/time.ts";
import { clientGoProfile } from "../../../harness/core/elector.ts";
import { HISTORY_FORMAT, type HistoryEvent, type HistoryHeader } from "../../../harness/core/events.ts";
import { openLoopClock } from "../../../harness/runner/loop-clock.ts";
import { openRecorder, type TrialRecorder } from "../../../harness/runner/recorder.ts";

export const header: HistoryHeader = {
  format: HISTORY_FORMAT,
  harness: "test",
  scenario: "calm",
  elector: {
    name: "reference",
    lock: "Lease",
    observe: "stdout",
    timing: { leaseDuration: millis(4000), renewDeadline: millis(2000), retryPeriod: millis(1000) },
    release: true,
    fencing: false,
    profile: clientGoProfile,
    knownLimits: {},
  },
  cluster: "embedded",
  seed: 1,
  trial: 0,
  election: { kind: "Lease", namespace: "trial-0", name: "demo" },
  properties: [],
  minimum: { terms: 0, takeovers: 0, faults: 0 },
};

/** A real recorder with a clock of its own, writing into a folder that goes with it. */
export function realRecorder(): TrialRecorder & { readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), "interregnum-test-"));
  const file = join(folder, "trials", "0", "history.jsonl");
  const clock = openLoopClock();
  const recorder = openRecorder({ clock, file, header });
  return {
    ...recorder,
    file,
    async [Symbol.asyncDispose]() {
      await recorder[Symbol.asyncDispose]();
      clock[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The first event, past or to come, that satisfies the condition. */
export function eventually<E extends HistoryEvent>(
  recorder: TrialRecorder,
  condition: (event: HistoryEvent) => event is E,
): Promise<E> {
  const past = recorder.events.find(condition);
  if (past !== undefined) return Promise.resolve(past);
  return new Promise((resolve) => {
    const subscription = recorder.onEvent((event) => {
      if (!condition(event)) return;
      subscription[Symbol.dispose]();
      resolve(event);
    });
  });
}

/** Narrows to events of one type that satisfy a condition. */
export const ofType =
  <T extends HistoryEvent["type"]>(
    type: T,
    condition: (event: Extract<HistoryEvent, { type: T }>) => boolean = () => true,
  ) =>
  (event: HistoryEvent): event is Extract<HistoryEvent, { type: T }> =>
    event.type === type && condition(event as Extract<HistoryEvent, { type: T }>);
