import type { Cluster, Replica, Target } from "../core/cluster.ts";

/**
 * Whom a target means at this moment, oldest first; rejects nobody silently: when there is no such replica it throws
 * with the reason. standby: the oldest running replica that does not lead. any: the oldest running one. all: whoever
 * has a process, whatever its phase. A name: that replica.
 */
export function pick(cluster: Cluster, target: Target): readonly Replica[] {
  const living = cluster.replicas().filter((replica) => replica.phase !== "gone");
  const running = living.filter((replica) => replica.phase === "running");
  const leader = cluster.leader();
  if (typeof target === "object")
    return one(
      living.find((replica) => replica.replica === target.replica),
      `${target.replica} is gone`,
    );
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
    case "subject":
      throw new Error("a fault that is aimed at its moment's subject needs a moment");
    default:
      throw target satisfies never;
  }
}

function one(replica: Replica | undefined, otherwise: string): readonly Replica[] {
  if (replica === undefined) throw new Error(otherwise);
  return [replica];
}

/** Whom a fault of the record is felt by first: the leader, where somebody leads. */
export const leaderIfAny = (cluster: Cluster): readonly Replica[] => {
  const leader = cluster.leader();
  return leader === undefined ? [] : [leader];
};
