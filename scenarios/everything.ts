import { failover, liveness, safety, stability } from "../harness/checkers/index.ts";
import type { FaultCall } from "../harness/core/fault.ts";
import {
  deadlines,
  defineScenario,
  inject,
  leases,
  type Option,
  retries,
  rollingUpdate,
  type Situation,
  takeovers,
} from "../harness/core/scenario.ts";
import { WRITES } from "../harness/faults/calls.ts";
import {
  apiDown,
  clockSkew,
  drain,
  etcdPause,
  evict,
  kill,
  latency,
  loseReply,
  nodeStop,
  packetDelay,
  packetDrop,
  packetLoss,
  partition,
  pause,
  recordDelete,
  recordEdit,
  restart,
  scale,
  staleReads,
  status,
  watchDrop,
  watchFreeze,
} from "../harness/faults/index.ts";

const leader = { target: "leader" } as const;
const standby = { target: "standby" } as const;
const subject = { target: "subject" } as const;
const all = { target: "all" } as const;
const renewals = ["update", "patch"] as const;

/** Held within what a correct leader bears; until a successor stands; about the length of a lease. */
const brief = retries(0.3, 1);
const long = takeovers(1.1, 1.2);
const lease = leases(0.8, 1.3);

/** Shares a weight evenly, in whole parts: 60 divides by all numbers up to six. */
const of = (weight: number, ...steps: readonly Option["step"][]): readonly Option[] =>
  steps.map((step) => ({ step, weight: Math.ceil((60 * weight) / steps.length) }));
const soft = (options: readonly Option[]): readonly Option[] => options.map((option) => ({ ...option, soft: true }));
const anytime = (options: readonly Option[]): readonly Option[] =>
  options.map((option) => ({ ...option, anytime: true }));

/** Faults that the leader, or whoever is alone, meets. */
const onLeaders: readonly Option[] = [
  ...of(4, inject(kill(leader)), inject(evict(leader)), inject(restart(leader))),
  ...of(1, inject(evict(subject), { when: { moment: "write" } })),
  ...of(4, inject(pause(leader), { hold: long }), inject(pause(leader), { hold: lease })),
  ...of(2, inject(pause(subject), { when: { moment: "write" }, hold: lease })),
  ...of(
    5,
    inject(partition(leader), { hold: long }),
    inject(partition({ ...leader, how: "refuse" }), { hold: long }),
    inject(partition({ ...leader, direction: "requests" }), { hold: long }),
    inject(partition({ ...leader, direction: "replies" }), { hold: long }),
  ),
  ...of(1, inject(partition(leader), { hold: brief })),
  ...of(2, inject(partition(all), { hold: long }), inject(apiDown({}), { hold: long })),
  ...of(1, inject(apiDown({}), { hold: brief })),
  ...of(
    3,
    inject(latency({ ...leader, after: leases(1) }), { hold: long }),
    inject(latency({ ...leader, after: deadlines(0.9) }), { hold: lease }),
    inject(latency({ ...leader, before: leases(4) }), { hold: long }),
  ),
  ...soft(of(2, inject(latency({ ...all, before: retries(0.3) }), { hold: lease }))),
  ...soft(
    of(
      3,
      inject(status({ ...leader, status: 409, verbs: renewals, times: 1 }), { hold: lease }),
      inject(status({ ...leader, status: 500, times: 2 }), { hold: lease }),
      inject(status({ ...all, status: 429, retryAfterSeconds: 1, times: 1 }), { hold: lease }),
    ),
  ),
  ...of(
    2,
    inject(status({ ...leader, status: 500, verbs: WRITES }), { hold: long }),
    inject(status({ ...leader, status: 403 }), { hold: long }),
  ),
  ...soft(of(2, inject(loseReply({ ...leader, times: 1 }), { hold: lease }))),
  ...of(1, inject(loseReply({ ...leader, times: 5 }), { hold: long })),
  ...soft(
    of(
      2,
      inject(clockSkew({ ...leader, by: leases(3) }), { hold: long }),
      inject(clockSkew({ ...leader, by: leases(-3) }), { hold: long }),
      inject(clockSkew({ ...all, by: leases(2) }), { hold: long }),
    ),
  ),
  ...soft(of(1, inject(watchFreeze(all), { hold: long }), inject(watchDrop(all), { hold: lease }))),
  ...anytime(of(2, inject(recordDelete({})))),
  ...anytime(
    of(
      3,
      inject(recordEdit({ set: { holder: "" } })),
      inject(recordEdit({ set: { holder: null } })),
      inject(recordEdit({ set: { holder: "somebody-else" } })),
      inject(recordEdit({ set: { durationSeconds: 1 } })),
      inject(recordEdit({ set: { acquireTime: null, renewTime: null } })),
    ),
  ),
  ...of(1, rollingUpdate()),
];

/** A takeover is brought about, and its subject met in the middle of it. */
const onTakeovers = (fault: FaultCall): readonly Option[] => [
  ...of(
    3,
    inject(partition(subject), { when: { moment: "acquired", by: fault }, hold: long }),
    inject(pause(subject), { when: { moment: "acquired", by: fault }, hold: long }),
    inject(partition(subject), { when: { moment: "between-read-and-write", by: fault }, hold: long }),
    inject(pause(subject), { when: { moment: "between-read-and-write", by: fault }, hold: lease }),
    inject(restart(subject), { when: { moment: "acquired", by: fault } }),
  ),
];

/** The leader is told to go, and met as it gives the record up. */
const onReleases: readonly Option[] = of(
  2,
  inject(partition(subject), { when: { moment: "release", by: evict(leader) }, hold: long }),
  inject(kill(subject), { when: { moment: "release", by: evict(leader) } }),
);

/** What needs somebody who stands by; of three one does whatever befell another. */
const onStandbys = (replicas: number): readonly Option[] => [
  ...(replicas > 2 ? anytime : soft)([
    ...of(2, inject(kill(standby)), inject(restart(standby)), inject(evict(standby))),
    ...soft(of(1, inject(pause(standby), { hold: long }))),
  ]),
  ...of(1, inject(partition(standby), { hold: long })),
  ...of(
    2,
    inject(partition(subject), { when: { moment: "write" }, until: "acquired", hold: long }),
    inject(pause(subject), { when: { moment: "write" }, until: "acquired", hold: long }),
  ),
  ...soft(of(1, inject(clockSkew({ ...standby, by: leases(3) }), { hold: long }))),
  ...of(2, inject(staleReads(standby), { hold: long }), inject(staleReads(all), { hold: long })),
];

const scales = (replicas: number): readonly Option[] =>
  of(
    1,
    ...[0, 1, replicas + 2].filter((to) => to !== replicas).map((to) => inject(scale({ to }), { hold: leases(1, 2) })),
  );

/** What only some clusters can; elsewhere a seed draws what it always drew. */
const onClusters = (can: Situation["can"]): readonly Option[] => [
  ...(can.has("etcd")
    ? [
        ...of(2, inject(etcdPause({}), { hold: long }), inject(etcdPause({}), { hold: lease })),
        ...of(2, inject(drain(leader), { hold: long })),
      ]
    : []),
  ...(can.has("unplug") ? of(2, inject(packetDrop(leader), { hold: long })) : []),
  ...(can.has("network") ? onNetworks : []),
  ...(can.has("netem") ? soft(of(1, inject(packetDelay({ ...leader, by: retries(0.25) }), { hold: long }))) : []),
  ...(can.has("machines") ? of(2, inject(nodeStop(leader), { hold: long })) : []),
];

/** Beside the gates. */
const onNetworks: readonly Option[] = [
  ...of(
    2,
    inject(packetDrop({ ...leader, direction: "in" }), { hold: long }),
    inject(packetDrop({ ...leader, direction: "out", to: "api" }), { hold: long }),
  ),
  ...soft(of(1, inject(packetLoss({ ...all, share: 0.1 }), { hold: long }))),
];

const options = ({ replicas, release, can }: Situation): readonly Option[] => [
  ...onLeaders,
  ...onTakeovers(kill(leader)),
  ...of(1, inject(loseReply(subject), { when: { moment: "between-read-and-write", by: kill(leader) }, hold: lease })),
  ...onTakeovers(evict(leader)),
  ...scales(replicas),
  ...(release ? onReleases : []),
  ...(replicas > 1 ? onStandbys(replicas) : []),
  ...onClusters(can),
];

export default defineScenario({
  summary: "Schedules drawn from a seed: every fault, at chosen moments, one after another and two at once",
  options,
  strategies: [
    { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%", minReadySeconds: 2 },
    { type: "RollingUpdate", maxSurge: 0, maxUnavailable: 1 },
    { type: "Recreate" },
  ],
  properties: [...safety, stability, ...liveness.filter((property) => property !== failover)],
});
