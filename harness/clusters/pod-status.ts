import { stamp } from "../kubernetes/rollout/action.ts";
import type { Condition, Container, Pod } from "../kubernetes/rollout/types.ts";

/** A container as its kubelet knows it. */
export type ContainerState = {
  readonly container: Container;
  readonly ready: boolean;
  readonly restarts: number;
  readonly runningSince?: string;
  /** How the last process ended. */
  readonly last?: { readonly code: number | null; readonly signal: string | null; readonly at: string };
  /** It is not started again. */
  readonly finished?: true;
  /** Why there is no process now. */
  readonly waiting?: { readonly reason: string; readonly message: string };
};

const SIGNAL_BASE = 128;
const signalNumbers: Record<string, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

const terminated = (last: NonNullable<ContainerState["last"]>) => ({
  terminated: {
    exitCode: last.code ?? SIGNAL_BASE + (signalNumbers[last.signal ?? ""] ?? 0),
    reason: last.code === 0 ? "Completed" : "Error",
    finishedAt: last.at,
  },
});

const stateOf = (state: ContainerState) =>
  state.finished && state.last !== undefined
    ? terminated(state.last)
    : state.runningSince !== undefined
      ? { running: { startedAt: state.runningSince } }
      : { waiting: state.waiting ?? { reason: "ContainerCreating", message: "" } };

const outcomeOf = (states: readonly ContainerState[]): string =>
  states.every(({ last }) => last?.code === 0) ? "Succeeded" : "Failed";

/** The pod's status for the state of its containers; a condition's transition time changes with its status only. */
export function podStatus(pod: Pod, address: string, states: readonly ContainerState[], now: Date): Pod["status"] {
  const before = pod.status?.conditions ?? [];
  const condition = (type: string, holds: boolean): Condition => {
    const status = holds ? "True" : "False";
    const last = before.find((candidate) => candidate.type === type);
    return last?.status === status ? last : { type, status, lastTransitionTime: stamp(now) };
  };
  const ready = states.length > 0 && states.every((state) => state.ready);
  const begun = states.some((state) => state.runningSince !== undefined || state.last !== undefined);
  return {
    phase:
      states.length > 0 && states.every(({ finished }) => finished) ? outcomeOf(states) : begun ? "Running" : "Pending",
    conditions: [
      condition("Initialized", true),
      condition("Ready", ready),
      condition("ContainersReady", ready),
      condition("PodScheduled", true),
    ],
    hostIP: "127.0.0.1",
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: pod.status?.["startTime"] ?? stamp(now),
    containerStatuses: states.map((state) => ({
      name: state.container.name,
      image: state.container.image ?? "",
      imageID: "",
      ready: state.ready,
      started: state.runningSince !== undefined,
      restartCount: state.restarts,
      state: stateOf(state),
      lastState: state.last === undefined ? {} : terminated(state.last),
    })),
    qosClass: "BestEffort",
  };
}
