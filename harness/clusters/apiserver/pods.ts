import { refOf } from "../../kubernetes/rollout/action.ts";
import type { Pod } from "../../kubernetes/rollout/types.ts";
import type { PodSource } from "../pod-source.ts";
import { unlessGone, type ApiClient } from "./client.ts";
import { follow } from "./follow.ts";

/** The pods of a namespace that the scheduler has bound, through a real API. `lost` is told when they cannot be read. */
export function apiPods(client: ApiClient, namespace: string, lost: (error: unknown) => void): PodSource {
  const waiting = new Map<string, () => Promise<void>>();
  const writing = new Map<string, Promise<void>>();

  /** Two writes on two connections may overtake each other: one at a time, and only the last that waits. */
  const inTurn = (uid: string, write: () => Promise<void>): Promise<void> => {
    waiting.set(uid, write);
    const before = writing.get(uid);
    if (before !== undefined) return before;
    const drain = async (): Promise<void> => {
      await Promise.resolve(); // `writing` is set by then
      try {
        for (let next = waiting.get(uid); next !== undefined; next = waiting.get(uid)) {
          waiting.delete(uid);
          await next();
        }
      } finally {
        writing.delete(uid);
      }
    };
    const drained = drain();
    writing.set(uid, drained);
    return drained;
  };

  return {
    watch(listener, signal) {
      const selection = { resource: "pods", namespace, fields: "spec.nodeName!=" };
      const follower = {
        change: ({ type, object }: { type: "ADDED" | "MODIFIED" | "DELETED"; object: unknown }) =>
          listener({ type, pod: object as Pod }),
        gap: () => true,
      };
      follow(client, selection, follower, signal).catch(lost);
    },
    writeStatus(pod, status) {
      const { uid = "" } = pod.metadata;
      return inTurn(uid, () => unlessGone(client.patch(refOf("pods", pod), { metadata: { uid }, status }, "status")));
    },
    async remove(pod) {
      const { uid } = pod.metadata;
      await unlessGone(
        client.remove(refOf("pods", pod), { gracePeriodSeconds: 0, ...(uid === undefined ? {} : { uid }) }),
      );
    },
  };
}
