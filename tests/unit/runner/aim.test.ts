import { expect, test } from "vitest";
import type { Cluster, Replica } from "../../../harness/core/cluster.ts";
import type { FaultEvent, HistoryEvent } from "../../../harness/core/events.ts";
import { defineFault } from "../../../harness/core/fault.ts";
import type { Target } from "../../../harness/core/cluster.ts";
import { millis } from "../../../harness/core/time.ts";
import { partition } from "../../../harness/faults/index.ts";
import { pick } from "../../../harness/faults/pick.ts";
import { askApi } from "../../../harness/clusters/ask.ts";
import { realTime } from "../../../harness/clusters/real-time.ts";
import { inflict } from "../../../harness/runner/nemesis.ts";
import { clients } from "../gate/clients.ts";
import { certificate, isOpen, LOCK, openRig, renewal } from "../gate/rig.ts";

const never = new AbortController().signal;
const replicaOf = (name: string): Replica => ({
  replica: name,
  incarnation: 1,
  revision: "r1",
  phase: "running",
  startedAt: millis(0),
});
const [leader, standby] = [replicaOf("demo-1"), replicaOf("demo-2")];

/** Two replicas behind real gates: the leader, and one that stands by. */
async function openStage() {
  const stack = new AsyncDisposableStack();
  const rigs = new Map([
    [leader.replica, stack.use(await openRig())],
    [standby.replica, stack.use(await openRig())],
  ]);
  const rigOf = ({ replica }: Replica) => rigs.get(replica)!;
  const cluster = {
    time: realTime(),
    replicas: () => [leader, standby],
    leader: () => leader,
    disturb: (replica, disturbance, fault) => rigOf(replica).gate.disturb(disturbance, fault),
    ask: (replica, timeout, signal) => askApi(rigOf(replica).gate.url + LOCK, timeout, signal),
  } satisfies Partial<Cluster>;
  const events: HistoryEvent[] = [];
  const now = () => millis(performance.now());
  return {
    cluster: cluster as Partial<Cluster> as Cluster,
    recorder: { now, since: now, record: (event: HistoryEvent) => void events.push(event) },
    rigOf,
    open: (replica: Replica) => clients[0]!.open(rigOf(replica).gate, certificate.ca),
    phases: (id: string) =>
      events
        .filter((event): event is FaultEvent => event.type === "fault" && event.id === id)
        .map(({ phase, targets, detail }) => ({ phase, targets, detail })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A fault that does nothing but happen, and shows what was under way when it did. */
const witnessed = (seen: () => unknown) => {
  const marks: unknown[] = [];
  const fault = defineFault<{ readonly target: Target }>({
    name: "witnessed",
    summary: "",
    needs: [],
    effect: "none",
    async inject(cluster, { target }) {
      marks.push(seen());
      return { targets: pick(cluster, target), proof: async () => "seen", heal: async () => void marks.push("healed") };
    },
  });
  return { marks, call: fault({ target: "subject" }) };
};

test("at the leader's next write: it has arrived, is not yet forwarded, and goes on when the fault is in force", async () => {
  await using stage = await openStage();
  using client = stage.open(leader);
  const { seen } = stage.rigOf(leader).api;
  const { marks, call } = witnessed(() => seen.length);
  const aims = { when: { moment: "write" } } as const;
  const inflicted = inflict(stage.cluster, call, "f-1", millis(0), stage.recorder, () => {}, never, aims);
  expect((await client.send(LOCK, renewal).reply).status).toBe(200);
  expect((await inflicted).landed).toBe(true);
  expect(marks).toEqual([0, "healed"]);
  expect(seen).toHaveLength(1);
  expect(stage.phases("f-1")[0]).toMatchObject({ phase: "inject", targets: ["demo-1"] });
});

test("when the reply to an acquisition is on its way: committed, and the partition swallows the answer", async () => {
  await using stage = await openStage();
  using client = stage.open(standby);
  const aims = { when: { moment: "acquired" } } as const;
  const ended = new AbortController();
  const cut = partition({ target: "subject" });
  const landed = Promise.withResolvers<void>();
  const inflicted = inflict(
    stage.cluster,
    cut,
    "f-1",
    millis(3_600_000),
    stage.recorder,
    () => landed.resolve(),
    ended.signal,
    aims,
  );
  using bystander = stage.open(leader);
  expect((await bystander.send(LOCK, renewal).reply).status).toBe(200); // the leader's own write is no acquisition
  const acquire = client.send(LOCK, renewal);
  await landed.promise;
  expect(await isOpen(acquire.reply)).toBe(true);
  ended.abort(new Error("enough"));
  await expect(inflicted).rejects.toThrow("enough");
  await expect(acquire.reply).rejects.toThrow();
  expect(await stage.rigOf(standby).nthReturn(1)).toMatchObject({
    type: "info",
    fault: "f-1",
    committed: expect.anything(),
  });
  expect(stage.phases("f-1").map(({ phase }) => phase)).toEqual(["inject", "landed", "heal", "healed"]);
});

test("healed at a moment: the hold ends with the next write, which meets the healed world", async () => {
  await using stage = await openStage();
  using client = stage.open(leader);
  const { marks, call } = witnessed(() => "injected");
  const aims = { when: { moment: "write" }, until: "write" } as const;
  const landed = Promise.withResolvers<void>();
  const inflicted = inflict(
    stage.cluster,
    call,
    "f-1",
    millis(3_600_000),
    stage.recorder,
    () => landed.resolve(),
    never,
    aims,
  );
  await client.send(LOCK, renewal).reply;
  await landed.promise;
  expect(marks).toEqual(["injected"]);
  await client.send(LOCK, renewal).reply;
  expect((await inflicted).landed).toBe(true);
  expect(marks).toEqual(["injected", "healed"]);
});

test("what brings the moment about is a fault of its own, injected when the gates watch", async () => {
  await using stage = await openStage();
  using client = stage.open(standby);
  const { call } = witnessed(() => "aimed");
  const provoke = defineFault<Readonly<Record<string, never>>>({
    name: "provoke",
    summary: "",
    needs: [],
    effect: "none",
    async inject() {
      void client.send(LOCK, renewal);
      return { targets: [], proof: async () => "sent", heal: async () => {} };
    },
  })({});
  const aims = { when: { moment: "acquired", by: provoke } } as const;
  expect(await inflict(stage.cluster, call, "f-1", millis(0), stage.recorder, () => {}, never, aims)).toMatchObject({
    landed: true,
    targets: ["demo-2"],
  });
  expect(stage.phases("f-1-by").map(({ phase }) => phase)).toEqual(["inject", "landed", "heal", "healed"]);
});

test("a moment that nobody can bring about leaves the fault unproven, and no call held", async () => {
  await using stage = await openStage();
  const { call } = witnessed(() => "never");
  const alone = { ...stage.cluster, leader: () => undefined } as Cluster;
  const aims = { when: { moment: "write" }, within: millis(20) } as const;
  const outcome = await inflict(alone, call, "f-1", millis(0), stage.recorder, () => {}, never, aims);
  expect(outcome).toMatchObject({ landed: false, targets: [] });
  expect(stage.phases("f-1")).toMatchObject([{ phase: "unproven", detail: expect.stringContaining("did not come") }]);
});
