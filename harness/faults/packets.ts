import type { ActiveRule, Cluster, PacketRule, Replica } from "../core/cluster.ts";
import { incarnationKey } from "../core/events.ts";
import type { Injected } from "../core/fault.ts";
import { millis, type Millis } from "../core/time.ts";
import { unable } from "./ability.ts";
import { namesOf } from "./presence.ts";

/** A rule that could not be laid upon all is lifted from the others under this deadline (ms). */
const UNDO = millis(15_000);
/** Rules are lifted on a node that may be busy, by programs that are started there (ms). */
const HEALS_WITHIN = millis(45_000);
/** Packets reach a gate within a few ms; so long (ms) they may take on a busy machine. */
const REACHED_WITHIN = millis(4000);
/** Between two looks, in ms. */
const LOOK_EVERY = millis(100);

/** A rule in force at one replica, and how long (ms) packets took to its gate before. */
export type Laid = { readonly replica: Replica; readonly rule: ActiveRule; readonly before: Millis };

/** Asks from the replica's own network for its gate. */
const reachOf = async (
  cluster: Cluster,
  replica: Replica,
  timeout: Millis,
  signal: AbortSignal,
): Promise<Millis | undefined> => cluster.reach?.(replica, timeout, signal) ?? unable("network");

/**
 * Lays one rule upon the packets of all targets, each of which reached its gate before; if it fails for one, it is
 * lifted from the others. `prove` tells in words what of it shows, and rejects where nothing does.
 */
export async function injectIntoPackets(
  cluster: Cluster,
  targets: readonly Replica[],
  rule: PacketRule,
  id: string,
  prove: (laid: Laid, signal: AbortSignal) => Promise<string>,
  signal: AbortSignal,
): Promise<Injected> {
  const lay = async (replica: Replica, before: Millis): Promise<Laid> => ({
    replica,
    before,
    rule: await (cluster.network?.(replica, rule, id, signal) ?? unable("network")),
  });
  const before = await Promise.all(targets.map((replica) => expectReach(cluster, replica, signal)));
  const outcomes = await Promise.allSettled(targets.map((replica, index) => lay(replica, before[index]!)));
  const laid = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const lift = (healSignal: AbortSignal) => Promise.all(laid.map((one) => one.rule.lift(healSignal)));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    await lift(cluster.time.timeout(UNDO));
    throw failed.reason;
  }
  return {
    targets,
    since: millis(Math.min(...laid.map((one) => one.rule.since))),
    healsWithin: HEALS_WITHIN,
    async proof(proofSignal) {
      return (await Promise.all(laid.map((one) => prove(one, proofSignal)))).join("; ");
    },
    async heal(healSignal) {
      await lift(healSignal);
      await Promise.all(targets.map((replica) => reachAgain(cluster, replica, healSignal)));
    },
  };
}

async function expectReach(cluster: Cluster, replica: Replica, signal: AbortSignal): Promise<Millis> {
  const took = await reachOf(cluster, replica, REACHED_WITHIN, signal);
  if (took === undefined) throw new Error(`no packet of ${namesOf([replica])} reached its gate before`);
  return took;
}

/** Waits until packets reach the gate again; a replica that is gone took its network with it. */
async function reachAgain(cluster: Cluster, replica: Replica, signal: AbortSignal): Promise<void> {
  const stillThere = (): boolean =>
    cluster.replicas().some((other) => incarnationKey(other) === incarnationKey(replica));
  while (stillThere())
    try {
      if ((await reachOf(cluster, replica, REACHED_WITHIN, signal)) !== undefined) return;
      signal.throwIfAborted();
    } catch (error) {
      if (stillThere()) throw error;
    }
}

/** Waits until the rule has touched a packet; how many by then. */
export async function firstTouched(
  { time }: Cluster,
  { replica, rule }: Laid,
  signal: AbortSignal,
): Promise<number | undefined> {
  for (;;) {
    const touched = await rule.touched(signal);
    if (touched !== 0) return touched;
    if (signal.aborted) throw new Error(`no packet of ${namesOf([replica])} that it would touch came while it held`);
    await time.sleep(LOOK_EVERY, signal).catch(() => {}); // then the last look tells
  }
}
