import { millis, type Millis } from "../core/time.ts";
import type { PodSpec } from "../kubernetes/rollout/types.ts";

const LONGEST = 10_000;

/**
 * How long a kubelet waits before it starts a container again. `failures` counts its ends since it last ran for long:
 * the first restart comes at once, then after 1 s doubling to 10 s. The real one has the same shape at ten times and
 * more the length (10 s to 5 min), which would make every trial with a restart last minutes.
 */
export const backOff = (failures: number): Millis =>
  millis(failures <= 1 ? 0 : Math.min(LONGEST, 1000 * 2 ** Math.min(failures - 2, 30)));

/** A run of this length is forgiven everything before it; twice the longest wait, as in the real kubelet. */
export const FORGIVEN_AFTER = millis(2 * LONGEST);

/** Whether a container that ended with this code (null: by a signal) is started again; as the API, Always where the pod does not say. */
export const startsAgain = (
  { restartPolicy = "Always" }: Pick<PodSpec, "restartPolicy">,
  { code }: { readonly code: number | null },
): boolean => restartPolicy === "Always" || (restartPolicy === "OnFailure" && code !== 0);
