import type { Cluster, Replica, Target } from "../core/cluster.ts";

/**
 * Whom a target means at this moment, oldest first; rejects nobody silently: when there is no such replica it throws
 * with the reason. standby: the oldest running replica that does not lead. any: the oldest running one. all: whoever
 * has a process, whatever its phase.
 */
export function pick(cluster: Cluster, target: Target): readonly Replica[] {
  const living = cluster.replicas().filter((replica) => replica.phase !== "gone");
  const running = living.filter((replica) => replica.phase === "running");
  const leader = cluster.leader();
  switch (target) {
    case "leader":
      return one(leader, "nobody leads");
    case "standby":
      return one(
        running.find((replica) => replica.replica !== leader?.replica),
        "no replica stands by",
      );
    case "any":
      return one(running[0], "no replica runs");
    case "all":
      if (living.length === 0) throw new Error("there is no replica");
      return living;
    default:
      throw target satisfies never;
  }
}

function one(replica: Replica | undefined, otherwise: string): readonly Replica[] {
  if (replica === undefined) throw new Error(otherwise);
  return [replica];
}
