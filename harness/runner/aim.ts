import type { ActiveDisturbance, Disturbance } from "../core/disturbance.ts";
import type { Cluster, Replica } from "../core/cluster.ts";
import { lockResource } from "../core/lock.ts";
import type { Moment } from "../core/scenario.ts";
import { millis, type Millis } from "../core/time.ts";

/** Gates that wait for a moment; disposing lets the call go that was held at it. */
export type Aim = Disposable & {
  /** The replica whose call it is; undefined when the moment did not come in time. Rejects with the signal's reason. */
  came(within: Millis, signal: AbortSignal): Promise<Replica | undefined>;
};

function holdAt(moment: Moment): Disturbance {
  const match = { resources: Object.values(lockResource), verbs: ["create", "update", "patch"] } as const;
  switch (moment) {
    case "write":
      return { kind: "hold", match, at: "request" };
    case "between-read-and-write":
      return { kind: "hold", match, at: "request", such: "after-read" };
    case "release":
      return { kind: "hold", match, at: "request", such: "release" };
    case "acquired":
      return { kind: "hold", match, at: "reply" };
    default:
      throw moment satisfies never;
  }
}

/** How often it is looked whether a new replica has come, in ms: less than a process needs for its first call. */
const LOOK_EVERY = millis(5);

type Held = { readonly replica: Replica; readonly active: ActiveDisturbance };

/** Has the gates wait for a moment, those of replicas that come later too; `fault` marks the call that is held. */
export function aimAt(cluster: Cluster, moment: Moment, fault: string): Aim {
  const before = cluster.leader()?.replica;
  // The leader's for its write, everybody else's for an acquisition, else anybody's.
  const concerns = ({ replica, phase }: Replica): boolean =>
    phase !== "gone" &&
    (moment === "write" ? replica === cluster.leader()?.replica : moment !== "acquired" || replica !== before);
  const armed = new Map<string, Held>();
  const arm = (): void => {
    for (const replica of cluster.replicas())
      if (concerns(replica) && !armed.has(replica.replica))
        armed.set(replica.replica, { replica, active: cluster.disturb(replica, holdAt(moment), fault) });
  };
  arm();
  return {
    async came(within, signal) {
      const deadline = cluster.time.now() + within;
      for (;;) {
        const held = [...armed.values()].find(({ active }) => active.hits() > 0);
        if (held !== undefined) {
          for (const { active } of armed.values()) if (active !== held.active) active.lift();
          return held.replica;
        }
        if (cluster.time.now() >= deadline) return undefined;
        await cluster.time.sleep(LOOK_EVERY, signal);
        arm();
      }
    },
    [Symbol.dispose]() {
      for (const { active } of armed.values()) active.lift();
    },
  };
}
