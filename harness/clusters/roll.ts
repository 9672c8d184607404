import type { RolloutOutcome } from "../core/cluster.ts";
import type { Recorder } from "../core/events.ts";
import type { Millis, Time } from "../core/time.ts";
import type { Change, ObjectStore, Ref } from "../kubernetes/objects.ts";
import { templateHash } from "../kubernetes/rollout/hash.ts";
import { isComplete } from "../kubernetes/rollout/status.ts";
import type { Deployment } from "../kubernetes/rollout/types.ts";

/** What `kubectl rollout restart` sets. */
export const RESTARTED = "kubectl.kubernetes.io/restartedAt";

export type RollOptions = {
  readonly store: ObjectStore;
  readonly ref: Ref;
  readonly recorder: Recorder;
  readonly time: Time;
  readonly wall: () => Date;
  /** Why no new pod can run; ends the wait. */
  readonly failure: () => string | undefined;
};

/**
 * Restarts a Deployment's pods and waits for the status that `kubectl rollout status` waits for (terminating old pods
 * may linger). Not complete after `timeout` is an outcome; rejects only with the signal's reason.
 */
export async function roll(options: RollOptions, timeout: Millis, signal: AbortSignal): Promise<RolloutOutcome> {
  signal.throwIfAborted();
  const { store, ref, recorder, time, wall, failure } = options;
  const current = (): Deployment | undefined => store.get(ref) as Deployment | undefined;
  const before = current();
  const from = before === undefined ? "" : templateHash(before.spec.template);
  const annotations = { [RESTARTED]: wall().toISOString() };
  const patched = store.patch(ref, "merge", { spec: { template: { metadata: { annotations } } } }) as Deployment;
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
    const deployment = current();
    if (failure() !== undefined || deployment === undefined) return false;
    return isComplete(deployment) ? true : undefined;
  });
  const detail = complete ? "" : (failure() ?? describeRollout(current(), timeout));
  tell(complete ? "complete" : "stuck", complete ? undefined : detail);
  return { from, to, complete, detail };
}

/** How far a rollout got. */
export function describeRollout(deployment: Deployment | undefined, timeout: Millis): string {
  if (deployment === undefined) return "the Deployment was deleted";
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = deployment.status ?? {};
  const desired = deployment.spec.replicas ?? 1;
  return `after ${timeout} ms ${updatedReplicas} of ${desired} pods were new, ${availableReplicas} available, ${replicas} in all`;
}

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
      if (change !== undefined && change.resource !== "deployments" && change.resource !== "pods") return;
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
