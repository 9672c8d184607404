import { describe, expect, test } from "vitest";
import type { Replica } from "../../../harness/core/cluster.ts";
import type { Verb } from "../../../harness/core/events.ts";
import type { FaultCall } from "../../../harness/core/fault.ts";
import { leases } from "../../../harness/core/scenario.ts";
import { millis } from "../../../harness/core/time.ts";
import { allFaults, recallFault } from "../../../harness/faults/index.ts";
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
} from "../../../harness/faults/index.ts";
import { MemoryCluster, type Sabotage } from "./memory-cluster.ts";

type Case = {
  readonly call: FaultCall;
  readonly sabotage: Sabotage;
  /** The call of the target that the fault touches. */
  readonly touches?: { readonly verb: Verb; readonly outcome: object };
  /** It lands when a packet of the target passes. */
  readonly asks?: true;
};
const target = "leader" as const;
const write = "update" as const;

const cases: Readonly<Record<string, Case>> = {
  pause: { call: pause({ target }), sabotage: "pause" },
  "pause that does not last": { call: pause({ target }), sabotage: "wakes" },
  kill: { call: kill({ target }), sabotage: "kill" },
  evict: { call: evict({ target }), sabotage: "kill" },
  "partition by silence": {
    call: partition({ target }),
    sabotage: "disturb",
    touches: { verb: write, outcome: { error: expect.stringContaining("no answer") } },
  },
  "partition by resets": {
    call: partition({ target, how: "refuse" }),
    sabotage: "disturb",
    touches: { verb: "get", outcome: { error: "connection reset" } },
  },
  "partition that lets something through": {
    call: partition({ target }),
    sabotage: "leaks",
  },
  "lose-reply": {
    call: loseReply({ target }),
    sabotage: "disturb",
    touches: { verb: write, outcome: { error: "connection cut" } },
  },
  latency: {
    call: latency({ target, after: millis(60_000) }),
    sabotage: "disturb",
    touches: { verb: "get", outcome: { error: expect.stringContaining("no answer") } },
  },
  status: {
    call: status({ target, status: 503, verbs: [write] }),
    sabotage: "disturb",
    touches: { verb: write, outcome: { status: 503 } },
  },
  "partition of requests": {
    call: partition({ target, direction: "requests" }),
    sabotage: "disturb",
    touches: { verb: write, outcome: { error: expect.stringContaining("no answer") } },
  },
  "latency of so many leases": {
    call: latency({ target, before: leases(2) }),
    sabotage: "disturb",
    touches: { verb: "get", outcome: { error: expect.stringContaining("no answer") } },
  },
  "stale-reads": {
    call: staleReads({ target }),
    sabotage: "disturb",
    touches: { verb: "get", outcome: { status: 200 } },
  },
  "clock-skew": {
    call: clockSkew({ target, by: leases(-2) }),
    sabotage: "disturb",
    touches: { verb: write, outcome: { status: 200 } },
  },
  "watch-freeze": { call: watchFreeze({ target }), sabotage: "leaks" },
  "watch-drop": { call: watchDrop({ target }), sabotage: "leaks" },
  restart: { call: restart({ target }), sabotage: "kill" },
  "packet-drop": { call: packetDrop({ target }), sabotage: "network" },
  "packet-drop one way, to the API": {
    call: packetDrop({ target, direction: "out", to: "api" }),
    sabotage: "leaks",
  },
  "packet-loss": { call: packetLoss({ target, share: 0.5 }), sabotage: "network", asks: true },
  "packet-delay": { call: packetDelay({ target, by: leases(0.5) }), sabotage: "network" },
};

const never = new AbortController().signal;
const leaseCall = (cluster: MemoryCluster, replica: Replica, verb: Verb) =>
  cluster.call(replica, verb, "leases", millis(1000), never);

/** The target's election goes on: it gets and updates its lease until the fault has seen it. */
async function contend(cluster: MemoryCluster, replica: Replica): Promise<void> {
  for (const verb of ["get", write] as const) await leaseCall(cluster, replica, verb);
}
const isLiving = (cluster: MemoryCluster, replica: Replica): boolean =>
  cluster.replicas().some((other) => other.replica === replica.replica);

describe.each(Object.entries(cases))("%s", (_name, { call, sabotage, touches, asks }) => {
  test("lands, proves it by name, and heals what it did", async () => {
    const cluster = new MemoryCluster(3);
    const leader = cluster.leader()!;
    const { targets, proof, heal } = await call.inject(cluster, "f-1", never);
    expect(targets).toEqual([leader]);
    if (touches !== undefined) expect(await leaseCall(cluster, leader, touches.verb)).toEqual(touches.outcome);
    if (asks) await cluster.reach(leader, millis(1000), never);
    expect(await proof(never)).toContain(leader.replica);
    const bystander = cluster.replicas().find((replica) => replica.replica !== leader.replica)!;
    expect(await leaseCall(cluster, bystander, write)).toEqual({ status: 200 });
    expect(cluster.paused(bystander)).toBe(false);
    await heal(never);
    expect(cluster.disturbances() + cluster.rules.size).toBe(0);
    expect(cluster.frozen.size).toBe(0);
    expect(cluster.replicas()).toHaveLength(3);
    if (isLiving(cluster, leader)) expect(await leaseCall(cluster, leader, write)).toEqual({ status: 200 });
  });

  test("is unproven when it did not land", async () => {
    const cluster = new MemoryCluster(3, sabotage);
    const leader = cluster.leader()!;
    const { proof, heal } = await call.inject(cluster, "f-1", never);
    const hold = new AbortController();
    const proving = expect(proof(hold.signal)).rejects.toThrow(leader.replica);
    await contend(cluster, leader);
    if (asks) await cluster.reach(leader, millis(1000), never);
    hold.abort(new Error("the hold is over"));
    await proving;
    await heal(never);
  });

  test("stays with whom it picked", async () => {
    const cluster = new MemoryCluster(3);
    const [first, second] = cluster.replicas() as [Replica, Replica];
    const { targets, heal } = await call.inject(cluster, "f-1", never);
    cluster.leading = second.replica;
    expect(targets).toEqual([first]);
    await heal(never);
    expect(cluster.frozen.size + cluster.disturbances() + cluster.rules.size).toBe(0);
  });

  test("rejects with the reason when there is no such replica", async () => {
    const cluster = new MemoryCluster(2);
    cluster.leading = undefined;
    await expect(call.inject(cluster, "f-1", never)).rejects.toThrow("nobody leads");
    expect(cluster.frozen.size + cluster.disturbances() + cluster.rules.size).toBe(0);
  });

  test("heals although its replica is gone meanwhile", async () => {
    const cluster = new MemoryCluster(2);
    const leader = cluster.leader()!;
    const { heal } = await call.inject(cluster, "f-1", never);
    const now = cluster.replicas().find((replica) => replica.replica === leader.replica);
    if (now !== undefined) await cluster.kill(now, never);
    await expect(heal(never)).resolves.toBeUndefined();
  });

  test("is what a recorded schedule says of it", () => {
    const recorded = JSON.parse(JSON.stringify(call.parameters)) as Record<string, unknown>;
    expect(recallFault(call.name, recorded)).toMatchObject({ name: call.name, parameters: call.parameters });
  });
});

test("a fault with many targets that fails for one is undone for all", async () => {
  const cluster = new MemoryCluster(3);
  const abort = new AbortController();
  const injecting = pause({ target: "all" }).inject(cluster, "f-1", abort.signal);
  abort.abort(new Error("Ctrl-C"));
  await expect(injecting).rejects.toThrow("Ctrl-C");
  expect(cluster.frozen.size).toBe(0);
});

test("a partition is not injected where nothing got through before", async () => {
  const cluster = new MemoryCluster(1);
  cluster.disturb(cluster.leader()!, { kind: "refuse" }, "another");
  await expect(partition({ target }).inject(cluster, "f-1", never)).rejects.toThrow("does not reach the API");
  expect(cluster.disturbances()).toBe(1);
});

test("silence is no proof of a partition when the replica has ended", async () => {
  const cluster = new MemoryCluster(1);
  const { proof } = await partition({ target }).inject(cluster, "f-1", never);
  await cluster.kill(cluster.leader()!, never);
  await expect(proof(never)).rejects.toThrow("nothing was cut at demo-1");
});

test("a partition whose path does not come back is not healed", async () => {
  const cluster = new MemoryCluster(1, "heal");
  const { heal } = await partition({ target }).inject(cluster, "f-1", never);
  await expect(heal(AbortSignal.timeout(120))).rejects.toThrow("demo-1");
});

test("a lost reply is a committed write, and only so many are lost", async () => {
  const cluster = new MemoryCluster(1);
  const leader = cluster.leader()!;
  const { proof } = await loseReply({ target, times: 2 }).inject(cluster, "f-1", never);
  const outcomes = [];
  for (let i = 0; i < 3; i += 1) outcomes.push((await leaseCall(cluster, leader, write)).status);
  expect(outcomes).toEqual([undefined, undefined, 200]);
  expect(cluster.committed).toHaveLength(3);
  expect(await leaseCall(cluster, leader, "get")).toEqual({ status: 200 });
  expect(await proof(never)).toContain("2 of the calls of demo-1");
});

test("an edit of the record is proven by the record as it stands, and not by asking", async () => {
  const set = { holder: "another", renewTime: null };
  const edited = new MemoryCluster(2);
  expect(await (await recordEdit({ set }).inject(edited, "f-1", never)).proof(never)).toContain("another");
  expect(edited.record).toMatchObject(set);
  const unmoved = new MemoryCluster(2, "record");
  const { proof } = await recordEdit({ set }).inject(unmoved, "f-1", never);
  await expect(proof(never)).rejects.toThrow("does not show what was written");
});

test("a deletion of the record needs one to delete", async () => {
  const cluster = new MemoryCluster(2);
  expect(await (await recordDelete({}).inject(cluster, "f-1", never)).proof(never)).toContain("is deleted");
  expect(cluster.record).toBeUndefined();
  const again = await recordDelete({}).inject(cluster, "f-2", never);
  await expect(again.proof(never)).rejects.toThrow("no election object");
});

test("scaling is proven by the replicas that run, and healed to as many as before", async () => {
  const cluster = new MemoryCluster(3);
  const down = await scale({ to: 1 }).inject(cluster, "f-1", never);
  expect(down.targets).toHaveLength(3);
  expect(await down.proof(never)).toContain("now 1 run");
  await down.heal(never);
  expect(cluster.replicas()).toHaveLength(3);
  const wider = new MemoryCluster(1);
  expect(await (await scale({ by: 2 }).inject(wider, "f-1", never)).proof(never)).toContain("now 3 run");
  expect(await (await scale({ by: -4 }).inject(wider, "f-2", never)).proof(never)).toContain("now 0 run");
  const stuck = await scale({ to: 5 }).inject(new MemoryCluster(3, "scale"), "f-1", never);
  const hold = new AbortController();
  const proving = stuck.proof(hold.signal);
  hold.abort(new Error("the hold is over"));
  await expect(proving).rejects.toThrow();
});

test("an API that is down is proven by the silence of every gate, and is back when healed", async () => {
  const cluster = new MemoryCluster(2);
  const { targets, proof, heal } = await apiDown({}).inject(cluster, "f-1", never);
  expect(targets).toHaveLength(2);
  expect(await proof(never)).toContain("demo-2");
  await heal(never);
  expect(cluster.apiUp).toBe(true);
  const stays = await apiDown({}).inject(new MemoryCluster(1, "api"), "f-1", never);
  await expect(stays.proof(never)).rejects.toThrow("still reaches the API");
});

test("etcd stands still for everybody, and wakes", async () => {
  const cluster = new MemoryCluster(2);
  const { targets, proof, heal, healsWithin } = await etcdPause({}).inject(cluster, "f-1", never);
  expect(targets).toHaveLength(2);
  expect(healsWithin).toBeGreaterThan(15_000);
  expect(await proof(never)).toContain("the API is down; demo-1#1, demo-2#1");
  await heal(never);
  expect(cluster.apiUp).toBe(true);
  const runs = await etcdPause({}).inject(new MemoryCluster(1, "api"), "f-1", never);
  await expect(runs.proof(never)).rejects.toThrow("still reaches the API");
});

test("a drained node's replicas come up elsewhere, and it takes pods again when it is healed", async () => {
  const cluster = new MemoryCluster(2);
  const { targets, proof, heal } = await drain({ target: "leader" }).inject(cluster, "f-1", never);
  expect(targets.map(({ replica }) => replica)).toEqual(["demo-1", "demo-2"]);
  expect(await proof(never)).toBe("demo-1#1, demo-2#1 is gone from n1, and 2 run elsewhere");
  expect([...cluster.cordoned]).toEqual(["n1"]);
  await heal(never);
  expect(cluster.cordoned.size).toBe(0);
});

test("a drain whose replicas come back to the same node, or stay, is unproven", async () => {
  const back = await drain({ target: "any" }).inject(new MemoryCluster(2, "nodes"), "f-1", never);
  await expect(back.proof(AbortSignal.timeout(60))).rejects.toThrow();
  const stays = await drain({ target: "any" }).inject(new MemoryCluster(2, "kill"), "f-1", never);
  await expect(stays.proof(never)).rejects.toThrow("demo-1#1, demo-2#1 is still there");
});

test("a replica that exits because it is cut off takes no proof with it: its network is still there", async () => {
  const cluster = new MemoryCluster(2);
  const leader = cluster.leader()!;
  const { proof, heal } = await packetDrop({ target }).inject(cluster, "f-1", never);
  await cluster.restart(leader, never);
  expect(await proof(never)).toContain("demo-1#1");
  await heal(never);
  expect(cluster.rules.size).toBe(0);
});

test("packets that got nowhere before are not dropped", async () => {
  const cluster = new MemoryCluster(2);
  await packetDrop({ target: "all" }).inject(cluster, "another", never);
  await expect(packetDrop({ target }).inject(cluster, "f-1", never)).rejects.toThrow("no packet of demo-1#1 reached");
  expect(cluster.rules.size).toBe(2);
});

test("a rule that cannot be laid upon all is lifted from those that it was laid upon", async () => {
  const cluster = new MemoryCluster(2);
  const lay = cluster.network.bind(cluster);
  cluster.network = async (replica, rule, fault) => {
    if (replica.replica === "demo-2") throw new Error("no room for a rule");
    return lay(replica, rule, fault);
  };
  await expect(packetDrop({ target: "all" }).inject(cluster, "f-1", never)).rejects.toThrow("no room for a rule");
  expect(cluster.rules.size).toBe(0);
});

test("packets that do not come back are not healed", async () => {
  const cluster = new MemoryCluster(1, "heal");
  const { heal } = await packetDrop({ target }).inject(cluster, "f-1", never);
  await expect(heal(AbortSignal.timeout(120))).rejects.toThrow();
});

test("a rule is told to hold from when it was laid, not from when its fault was begun", async () => {
  const cluster = new MemoryCluster(1);
  const { since } = await packetDrop({ target }).inject(cluster, "f-1", never);
  expect(since).toBeLessThanOrEqual(cluster.time.now());
  expect(packetDrop({ target })).toMatchObject({ effect: "cut", network: true });
});

test("a stopped node takes its replicas with it, and they are back when it is started", async () => {
  const cluster = new MemoryCluster(2);
  const { targets, proof, heal, healsWithin } = await nodeStop({ target }).inject(cluster, "f-1", never);
  expect(targets.map(({ replica }) => replica)).toEqual(["demo-1", "demo-2"]);
  expect(healsWithin).toBeGreaterThan(60_000);
  expect(await proof(never)).toBe("n1 is gone; demo-1#1, demo-2#1 is gone with it");
  await heal(never);
  expect(cluster.stopped.size).toBe(0);
  expect(cluster.replicas().map(({ incarnation }) => incarnation)).toEqual([2, 2]);
  const stays = await nodeStop({ target }).inject(new MemoryCluster(1, "machines"), "f-1", never);
  await expect(stays.proof(never)).rejects.toThrow("demo-1#1 is still there");
});

test("a fault that is aimed at its moment's subject is aimed at nobody without one", async () => {
  const cluster = new MemoryCluster(2);
  const call = kill({ target: "subject" });
  await expect(call.inject(cluster, "f-1", never)).rejects.toThrow("needs a moment");
  const { targets } = await call.inject(cluster, "f-1", never, "demo-2");
  expect(targets.map(({ replica }) => replica)).toEqual(["demo-2"]);
});

test("every fault is listed once, with what it needs and does", () => {
  const names = allFaults.map((fault) => fault.definition.name);
  expect(names).toEqual([...new Set(names)].toSorted());
  const whole = ["api-down", "drain", "etcd-pause", "node-stop", "record-delete", "record-edit", "scale"]; // aimed at no replica: their own tests
  expect(new Set(names)).toEqual(new Set([...Object.values(cases).map(({ call }) => call.name), ...whole]));
  for (const { definition } of allFaults) expect(definition.summary).not.toBe("");
  expect(recallFault("no such fault", {})).toBeUndefined();
});
