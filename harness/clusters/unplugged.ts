import { connect } from "node:net";
import type { ActiveRule, Cluster, Replica } from "../core/cluster.ts";
import { incarnationKey } from "../core/events.ts";
import { type Millis, millis, type Time } from "../core/time.ts";
import type { Kubelet } from "./kubelet.ts";
import type { PodWorker } from "./pod-worker.ts";
import type { Runtime } from "./runtime.ts";

/** A port that nobody listens at: that it is refused shows that packets come and go. */
const DISCARD = 9;

/** What of the Cluster port a runtime can do that takes pods out of their network; nothing where it cannot. */
export function unplugged(
  kubelet: Kubelet,
  runtime: Pick<Runtime, "unplug">,
  time: Time,
): Pick<Cluster, "network" | "reach"> {
  const { unplug } = runtime;
  if (unplug === undefined) return {};
  const workerOf = (replica: Replica): PodWorker => {
    const worker = kubelet.worker(replica.replica);
    if (worker?.main?.incarnation !== replica.incarnation) throw new Error(`${incarnationKey(replica)} is gone`);
    return worker;
  };
  return {
    async network(replica, rule, _fault, signal) {
      signal.throwIfAborted();
      if (rule.kind !== "drop" || rule.direction !== undefined || rule.to !== undefined)
        throw new Error("a network that is cut off as a whole drops all packets, and no others");
      const { pod, address } = workerOf(replica);
      const since = time.now();
      const plug = await unplug({ namespace: pod.metadata.namespace ?? "", pod: pod.metadata.name, address });
      const reach: ActiveRule["reach"] = (timeout, within) => passes(workerOf(replica).address, timeout, within);
      return { since, reach, touched: async () => undefined, lift: () => plug() };
    },
    reach: (replica, timeout, signal) => passes(workerOf(replica).address, timeout, signal),
  };
}

/** How long (ms) a packet takes to an address and another back; undefined when none comes in time. */
function passes(host: string, timeout: Millis, signal: AbortSignal): Promise<Millis | undefined> {
  signal.throwIfAborted();
  const from = performance.now();
  const socket = connect({ host, port: DISCARD, signal });
  return new Promise((resolve) => {
    const answer = (passed: boolean): void => {
      socket.destroy();
      resolve(passed ? millis(performance.now() - from) : undefined);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", (error: NodeJS.ErrnoException) => answer(error.code === "ECONNREFUSED"));
    socket.setTimeout(timeout, () => answer(false));
  });
}
