import type { RolloutOutcome } from "../core/cluster.ts";
import type { Recorder } from "../core/events.ts";
import type { Millis, Time } from "../core/time.ts";
import type { Change, ObjectStore, Ref } from "../kubernetes/objects.ts";
import { templateHash } from "../kubernetes/rollout/hash.ts";
import { describeRollout, isDone, type TemplateChange, type Workload } from "./workload.ts";

/** What `kubectl rollout restart` changes. */
export const restarted = (at: Date): TemplateChange => ({
  metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": at.toISOString() } },
});

export type RollOptions = {
  readonly store: ObjectStore;
  readonly ref: Ref;
  readonly recorder: Recorder;
  readonly time: Time;
  /** Why no new pod can run; ends the wait. */
  readonly failure: () => string | undefined;
};

/**
 * Changes the pod template and waits for the status that `kubectl rollout status` waits for (terminating old pods
 * may linger). Not complete after `timeout` is an outcome; rejects only with the signal's reason.
 */
export async function roll(
  options: RollOptions,
  template: TemplateChange,
  timeout: Millis,
  signal: AbortSignal,
): Promise<RolloutOutcome> {
  signal.throwIfAborted();
  const { store, ref, recorder, time, failure } = options;
  const current = (): Workload | undefined => store.get(ref) as Workload | undefined;
  const before = current();
  const from = before === undefined ? "" : templateHash(before.spec.template);
  const patched = store.patch(ref, "merge", { spec: { template } }) as Workload;
  const to = templateHash(patched.spec.template);
  const tell = (phase: "start" | "complete" | "stuck", detail?: string): void =>
    recorder.record({
      type: "rollout",
      at: recorder.now(),
      phase,
      from,
      to,
      ...(detail === undefined ? {} : { detail }),
    });
  tell("start");
  const complete = await waitUntil(store, time.timeout(timeout), signal, () => {
    const workload = current();
    if (failure() !== undefined || workload === undefined) return false;
    return isDone(workload) ? true : undefined;
  });
  const detail = complete ? "" : (failure() ?? describeRollout(current(), timeout));
  tell(complete ? "complete" : "stuck", complete ? undefined : detail);
  return { from, to, complete, detail };
}

const LOOKED_AT: ReadonlySet<string> = new Set(["deployments", "daemonsets", "pods"]);

/** Asks `verdict` at each change of the store until it answers; false once it is `late`. */
function waitUntil(
  store: ObjectStore,
  late: AbortSignal,
  signal: AbortSignal,
  verdict: () => boolean | undefined,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      unsubscribe();
      late.removeEventListener("abort", over);
      signal.removeEventListener("abort", abort);
      settle();
    };
    const look = (change?: Change): void => {
      if (change !== undefined && !LOOKED_AT.has(change.resource)) return;
      const answer = verdict();
      if (answer !== undefined) end(() => resolve(answer));
    };
    const abort = (): void => end(() => reject(signal.reason as Error));
    const over = (): void => end(() => resolve(false));
    late.addEventListener("abort", over, { once: true });
    const unsubscribe = store.subscribe(look);
    signal.addEventListener("abort", abort, { once: true });
    look();
  });
}
