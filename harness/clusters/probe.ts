import { get } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Probe } from "../kubernetes/rollout/types.ts";

/** Whom a probe asks: the pod by its address, or a command that is run as the container's are. */
export type Probed = {
  readonly address: string;
  /** Whether the command ends with 0; it is killed when the signal aborts. */
  run(argv: readonly string[], signal: AbortSignal): Promise<boolean>;
};

const httpAnswers = (asked: NonNullable<Probe["httpGet"]>, address: string, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const { host = address, port, path = "/" } = asked;
    const request = get({ host, port, path, agent: false, signal }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve(status >= 200 && status < 400);
    });
    request.on("error", () => resolve(false)); // no answer is an answer here
  });

const accepts = (asked: NonNullable<Probe["tcpSocket"]>, address: string, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: asked.host ?? address, port: asked.port, signal });
    socket.on("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });

/** One question; true for a command that ended with 0, a status from 200 to 399, or an accepted connection, in time. */
function askOnce(probe: Probe, probed: Probed, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout((probe.timeoutSeconds ?? 1) * 1000)]);
  if (probe.exec !== undefined) return probed.run(probe.exec.command ?? [], limit);
  if (probe.httpGet !== undefined) return httpAnswers(probe.httpGet, probed.address, limit);
  if (probe.tcpSocket !== undefined) return accepts(probe.tcpSocket, probed.address, limit);
  return Promise.resolve(true); // grpc is not served: as without a probe
}

/**
 * Probes a container until the signal aborts and tells of each change from `passing`, which is what it counts as before
 * the first answer. Times as in the pod's spec.
 */
export async function watchProbe(
  probe: Probe,
  probed: Probed,
  passing: boolean,
  changed: (passing: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  const pause = (seconds: number): Promise<void> =>
    sleep(seconds * 1000, undefined, { signal, ref: false }).catch(() => {}); // aborted: the loop sees it
  let state = passing;
  let streak = 0;
  await pause(probe.initialDelaySeconds ?? 0);
  while (!signal.aborted) {
    const answer = await askOnce(probe, probed, signal);
    if (signal.aborted) return;
    streak = answer === state ? 0 : streak + 1;
    if (streak >= (answer ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3))) {
      state = answer;
      streak = 0;
      changed(state);
    }
    await pause(probe.periodSeconds ?? 10);
  }
}
