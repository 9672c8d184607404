import type { Target } from "../core/cluster.ts";
import { assert } from "../core/errors.ts";
import { defineFault } from "../core/fault.ts";
import type { Span } from "../core/scenario.ts";
import { millis, type Millis } from "../core/time.ts";
import { injectIntoPackets, type Laid } from "./packets.ts";
import { pick } from "./pick.ts";
import { namesOf } from "./presence.ts";
import { timeOf } from "./spans.ts";

export type PacketDelayParameters = {
  readonly target: Target;
  /** How long each packet waits that the replica sends. */
  readonly by: Millis | Span;
};

/** Beside the delay itself an answer may take so long (ms) on a busy machine. */
const MORE = 4000;

/** A slow line: whatever a replica sends waits, its acknowledgements too. */
export const packetDelay = defineFault<PacketDelayParameters>({
  name: "packet-delay",
  summary: "delays the packets that a replica sends (by)",
  needs: ["network", "netem"],
  effect: "delay",
  network: true,
  async inject(cluster, parameters, id, signal) {
    const by = timeOf(cluster, parameters.by);
    assert(by > 0, "a delay of packets delays nothing");
    const prove = (laid: Laid, proofSignal: AbortSignal): Promise<string> => proveSlow(laid, by, proofSignal);
    return injectIntoPackets(cluster, pick(cluster, parameters.target), { kind: "delay", by }, id, prove, signal);
  },
});

async function proveSlow({ replica, rule, before }: Laid, by: Millis, signal: AbortSignal) {
  const took = await rule.reach(millis(by + MORE), signal);
  signal.throwIfAborted();
  const name = namesOf([replica]);
  if (took !== undefined && took < by)
    throw new Error(`packets of ${name} reached its gate and were answered in ${Math.round(took)} ms`);
  const now = took === undefined ? `do not within ${Math.round(by + MORE)} ms` : `take ${Math.round(took)} ms`;
  return `packets of ${name} reached its gate and were answered in ${Math.round(before)} ms before, and ${now} now`;
}
