import type { Pod } from "../../kubernetes/rollout/types.ts";
import type { Exit } from "../runtime.ts";

/** What a kubelet tells of a container. */
export type Told = {
  readonly restarts: number;
  /** Its last process has ended, and no other has been started. */
  readonly waits: boolean;
  /** Why it will not start by itself; undefined while it may. */
  readonly hopeless?: string;
  /** How its last processes ended, by incarnation. */
  readonly exits: ReadonlyMap<number, Omit<Exit, "bounds">>;
};

type State = {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly exitCode: number };
};

const HOPELESS = new Set([
  "ErrImageNeverPull",
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

/** The status of a pod's container; undefined while there is none. */
export function statusOf(pod: Pod, container: string): Told | undefined {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  if (status === undefined) return undefined;
  const { restartCount, state = {}, lastState = {} } = status as typeof status & { state?: State; lastState?: State };
  const { waiting, terminated } = state;
  const exits = new Map<number, Omit<Exit, "bounds">>();
  if (terminated !== undefined) exits.set(restartCount + 1, exitOf(terminated.exitCode));
  // The count is raised when the next is started: while one is waited for, the last is not counted yet.
  const last = restartCount + (waiting === undefined ? 0 : 1);
  if (lastState.terminated !== undefined) exits.set(last, exitOf(lastState.terminated.exitCode));
  const { reason = "", message = "" } = waiting ?? {};
  return {
    restarts: restartCount,
    waits: terminated !== undefined || (waiting !== undefined && lastState.terminated !== undefined),
    exits,
    ...(HOPELESS.has(reason) ? { hopeless: `${reason}: ${message}` } : {}),
  };
}

/** A shell's convention, which runtimes keep: 128 and the signal's number. */
function exitOf(code: number): Omit<Exit, "bounds"> {
  if (code === 137) return { code: null, signal: "SIGKILL" };
  return code === 143 ? { code: null, signal: "SIGTERM" } : { code, signal: null };
}
