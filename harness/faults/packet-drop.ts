import type { Cluster, Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { millis } from "../core/time.ts";
import { firstTouched, injectIntoPackets, type Laid } from "./packets.ts";
import { pick } from "./pick.ts";
import { namesOf } from "./presence.ts";

export type PacketDropParameters = {
  readonly target: Target;
  /** Only what comes to the replica (in), or what it sends (out); both unless told. */
  readonly direction?: "in" | "out";
  /** Only what passes between the replica and the API; everything unless told. */
  readonly to?: "api";
};

/** Packets that do not get through for so long (ms) are lost. */
const SILENT_FOR = millis(600);

/** Drops a replica's packets in its own network: a cable that is pulled, a security group that was changed. */
export const packetDrop = defineFault<PacketDropParameters>({
  name: "packet-drop",
  summary:
    "drops a replica's packets in its own network: all, one way (direction: in, out), or to the API alone (to: api)",
  needs: ({ direction, to }) => (direction === undefined && to === undefined ? ["unplug"] : ["network"]),
  effect: "cut",
  network: true,
  async inject(cluster, { target, direction, to }, id, signal) {
    const rule = { kind: "drop", ...(direction && { direction }), ...(to && { to }) } as const;
    const prove = (laid: Laid, proofSignal: AbortSignal): Promise<string> => proveSilence(cluster, laid, proofSignal);
    return injectIntoPackets(cluster, pick(cluster, target), rule, id, prove, signal);
  },
});

async function proveSilence(cluster: Cluster, laid: Laid, signal: AbortSignal): Promise<string> {
  const name = namesOf([laid.replica]);
  const took = await laid.rule.reach(SILENT_FOR, signal);
  signal.throwIfAborted();
  if (took !== undefined) throw new Error(`packets of ${name} still reach its gate: they took ${Math.round(took)} ms`);
  const touched = await firstTouched(cluster, laid, signal);
  const count = touched === undefined ? "" : `, ${touched} were dropped`;
  return `packets of ${name} reached its gate in ${Math.round(laid.before)} ms before, and do not now${count}`;
}
