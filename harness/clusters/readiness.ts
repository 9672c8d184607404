import { get } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Probe } from "../kubernetes/rollout/types.ts";

/** One question; true for an accepted connection, or a status from 200 to 399, within the probe's timeout. */
function askOnce(probe: Probe, address: string, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout((probe.timeoutSeconds ?? 1) * 1000)]);
  return new Promise((resolve) => {
    if (probe.httpGet !== undefined) {
      const { host = address, port, path = "/" } = probe.httpGet;
      const request = get({ host, port, path, agent: false, signal: limit }, (response) => {
        const status = response.statusCode ?? 0;
        response.destroy();
        resolve(status >= 200 && status < 400);
      });
      request.on("error", () => resolve(false)); // no answer is an answer here
      return;
    }
    if (probe.tcpSocket === undefined) return resolve(true); // exec and grpc are not served: as without a probe
    const socket = connect({ host: probe.tcpSocket.host ?? address, port: probe.tcpSocket.port, signal: limit });
    socket.on("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Probes a container until the signal aborts and tells of each change; it starts as not ready. Times as in the pod's spec. */
export async function watchReadiness(
  probe: Probe,
  address: string,
  changed: (ready: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  const pause = (seconds: number): Promise<void> =>
    sleep(seconds * 1000, undefined, { signal, ref: false }).catch(() => {}); // aborted: the loop sees it
  let ready = false;
  let streak = 0;
  await pause(probe.initialDelaySeconds ?? 0);
  while (!signal.aborted) {
    const answer = await askOnce(probe, address, signal);
    if (signal.aborted) return;
    streak = answer === ready ? 0 : streak + 1;
    if (streak >= (answer ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3))) {
      ready = answer;
      streak = 0;
      changed(ready);
    }
    await pause(probe.periodSeconds ?? 10);
  }
}
