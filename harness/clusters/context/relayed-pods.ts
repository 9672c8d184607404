import { setTimeout as sleep } from "node:timers/promises";
import { HarnessError } from "../../core/errors.ts";
import { millis, type Millis } from "../../core/time.ts";
import type { Pod } from "../../kubernetes/rollout/types.ts";
import { abortable } from "../abortable.ts";
import { follow, type Followed } from "../apiserver/follow.ts";
import type { PodHands } from "../kind/pod-hands.ts";
import { RelayedPod, type RelayedPodOptions } from "./relayed-pod.ts";

export type RelayedPods = Omit<PodHands, "named"> & {
  named(name: string): RelayedPod | undefined;
  /** Reads all logs on to what is in them now; the instant until which that is all that was written. */
  caughtUp(): Promise<Millis>;
};

/** What is in the logs is read within this, in ms. */
const READ_WITHIN = 30_000;
/** A kubelet takes some seconds to end a pod, and another to say that it is done, in ms. */
const GONE_WITHIN = 60_000;
const LOOK_EVERY = 20;

/**
 * Follows the pods of a namespace through the API; each passes `admit` before it may be scheduled. Resolves once it
 * listens. Disposing waits until all pods are gone.
 */
export async function followRelayed(
  options: RelayedPodOptions & { readonly namespace: string; readonly admit: (pod: Pod) => Promise<void> },
): Promise<RelayedPods> {
  const { client, namespace, failed } = options;
  const pods = new Map<string, RelayedPod>();
  const closing = new AbortController();

  const change = ({ type, object }: Followed): void => {
    const pod = object as Pod;
    const uid = pod.metadata.uid ?? "";
    let known = pods.get(uid);
    if (known === undefined) {
      if (type === "DELETED") return;
      const one = (known = new RelayedPod(pod, options));
      pods.set(uid, one);
      void one.gone.then(() => pods.delete(uid));
      options.admit(pod).catch((error: unknown) => {
        if (!closing.signal.aborted && pods.has(uid) && !one.terminating) options.host.failed(pod, error);
      });
    }
    if (type === "DELETED") known.deleted();
    else known.update(pod);
  };
  await follow(client, { resource: "pods", namespace }, { change, gap: () => true }, closing.signal);

  return {
    all: () => [...pods.values()],
    named: (name) => [...pods.values()].find((pod) => pod.pod.metadata.name === name),
    look() {}, // a relay tells who runs before it tells what he does
    async caughtUp() {
      const late = AbortSignal.timeout(READ_WITHIN);
      const each = await Promise.all([...pods.values()].map((pod) => pod.caughtUp(late)));
      return millis(Math.min(options.clock.now(), ...each));
    },
    async [Symbol.asyncDispose]() {
      const late = AbortSignal.timeout(GONE_WITHIN);
      try {
        await abortable(Promise.all([...pods.values()].map((pod) => pod.gone)), late).catch(() => {
          const left = [...pods.values()].map(({ pod }) => pod.metadata.name).join(", ");
          failed(new HarnessError(`pods of ${namespace} are still there after ${GONE_WITHIN / 1000} s: ${left}`));
        });
        while (pods.size > 0 && !late.aborted) await sleep(LOOK_EVERY); // the last to be forgotten
      } finally {
        closing.abort();
      }
    },
  };
}
