import type { Target } from "../core/cluster.ts";
import { assert } from "../core/errors.ts";
import { defineFault } from "../core/fault.ts";
import { firstTouched, injectIntoPackets } from "./packets.ts";
import { pick } from "./pick.ts";
import { namesOf } from "./presence.ts";

export type PacketLossParameters = {
  readonly target: Target;
  /** Of the packets either way, between 0 and 1. */
  readonly share: number;
};

/** A bad line: packets are lost by chance, and what they carried comes when it was sent again. */
export const packetLoss = defineFault<PacketLossParameters>({
  name: "packet-loss",
  summary: "drops a share of a replica's packets, by chance, either way (share: between 0 and 1)",
  needs: ["network"],
  effect: "delay",
  network: true,
  async inject(cluster, { target, share }, id, signal) {
    assert(share > 0 && share < 1, "a share of the packets is lost");
    return injectIntoPackets(
      cluster,
      pick(cluster, target),
      { kind: "loss", share },
      id,
      async (laid, proofSignal) => {
        const lost = await firstTouched(cluster, laid, proofSignal);
        return `${lost ?? "some"} packets of ${namesOf([laid.replica])} were lost so far`;
      },
      signal,
    );
  },
});
