import { setTimeout as sleep } from "node:timers/promises";
import { HarnessError } from "../../core/errors.ts";
import { millis, type Clock, type Millis } from "../../core/time.ts";
import type { Pod } from "../../kubernetes/rollout/types.ts";
import { abortable } from "../abortable.ts";
import type { ApiClient } from "../apiserver/client.ts";
import { follow, type Followed } from "../apiserver/follow.ts";
import type { PodHost } from "../pod-host.ts";
import type { PodHand, PodHands } from "./pod-hands.ts";

type FollowedPod = PodHand & {
  update(pod: Pod): void;
  /** The pod object is gone. */
  deleted(): void;
  /** Reads its log on to what is in it now; the instant until which that is all that was written. */
  caughtUp(signal: AbortSignal): Promise<Millis>;
};

export type FollowedPods<P extends FollowedPod> = Omit<PodHands<P>, "look"> & {
  /** Reads all logs on to what is in them now; the instant until which that is all that was written. */
  caughtUp(): Promise<Millis>;
};

export type FollowOptions<P extends FollowedPod> = {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly host: PodHost;
  readonly clock: Clock;
  readonly make: (pod: Pod) => P;
  /** Passed by each pod before it may be scheduled. */
  readonly admit: (pod: Pod) => Promise<void>;
  /** What could not be seen or done, and has to be. */
  readonly failed: (error: unknown) => void;
};

/** What is in the logs is read within this, in ms. */
const READ_WITHIN = 30_000;
/** A kubelet takes some seconds to end a pod, and another to say that it is done, in ms. */
const GONE_WITHIN = 60_000;
const LOOK_EVERY = 20;

/** Follows the pods of a namespace through the API. Resolves once it listens. Disposing waits until all pods are gone. */
export async function followPods<P extends FollowedPod>(options: FollowOptions<P>): Promise<FollowedPods<P>> {
  const { client, namespace, failed } = options;
  const pods = new Map<string, P>();
  const closing = new AbortController();

  const change = ({ type, object }: Followed): void => {
    const pod = object as Pod;
    const uid = pod.metadata.uid ?? "";
    let known = pods.get(uid);
    if (known === undefined) {
      if (type === "DELETED") return;
      const one = (known = options.make(pod));
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

  const all = (): readonly P[] => [...pods.values()];
  return {
    all,
    named: (name) => all().find(({ pod }) => pod.metadata.name === name),
    async caughtUp() {
      const late = AbortSignal.timeout(READ_WITHIN);
      const each = await Promise.all(all().map((pod) => pod.caughtUp(late)));
      return millis(Math.min(options.clock.now(), ...each));
    },
    async [Symbol.asyncDispose]() {
      const late = AbortSignal.timeout(GONE_WITHIN);
      try {
        await abortable(Promise.all(all().map(({ gone }) => gone)), late).catch(() => {
          const left = all().map(({ pod }) => pod.metadata.name);
          failed(
            new HarnessError(`pods of ${namespace} are still there after ${GONE_WITHIN / 1000} s: ${left.join(", ")}`),
          );
        });
        while (pods.size > 0 && !late.aborted) await sleep(LOOK_EVERY); // the last to be forgotten
      } finally {
        closing.abort();
      }
    },
  };
}
