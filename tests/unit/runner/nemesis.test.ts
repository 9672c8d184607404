import { expect, test } from "vitest";
import { realTime } from "../../../harness/clusters/real-time.ts";
import type { Cluster, Replica } from "../../../harness/core/cluster.ts";
import { HarnessError } from "../../../harness/core/errors.ts";
import type { FaultEvent, HistoryEvent, Recorder } from "../../../harness/core/events.ts";
import type { FaultCall, Injected } from "../../../harness/core/fault.ts";
import { millis } from "../../../harness/core/time.ts";
import { inflict } from "../../../harness/runner/nemesis.ts";

const replica: Replica = { replica: "demo-1", incarnation: 1, revision: "r", phase: "running", startedAt: millis(0) };
const nowhere = { time: realTime() } as Cluster; // these faults touch no cluster: what is tested is when they are called

function recording(): Recorder & { faults(): readonly FaultEvent[]; phases(): readonly string[] } {
  const events: HistoryEvent[] = [];
  const faults = () => events.filter((event): event is FaultEvent => event.type === "fault");
  return {
    now: () => millis(performance.now()),
    since: () => millis(performance.now()),
    record: (event) => void events.push(event),
    faults,
    phases: () => faults().map((event) => event.phase),
  };
}

const fault = (inject: () => Promise<Injected>): FaultCall => ({
  name: "probe",
  needs: [],
  effect: "none",
  parameters: {},
  inject,
});

test("a fault that proves itself lands and is healed", async () => {
  const recorder = recording();
  let healed = 0;
  const call = fault(async () => ({
    targets: [replica],
    proof: async () => "seen",
    heal: async () => void (healed += 1),
  }));
  const told: string[] = [];
  const outcome = await inflict(
    nowhere,
    call,
    "probe-1",
    millis(5),
    recorder,
    (seen) => told.push(seen.detail),
    new AbortController().signal,
  );
  expect(outcome).toEqual({ landed: true, detail: "seen", targets: ["demo-1"] });
  expect(told).toEqual(["seen"]);
  expect(recorder.phases()).toEqual(["inject", "landed", "heal", "healed"]);
  expect(healed).toBe(1);
});

test("one that cannot prove itself is unproven, and healed all the same", async () => {
  const recorder = recording();
  let healed = 0;
  const call = fault(async () => ({
    targets: [replica],
    proof: () => Promise.reject(new Error("the gate was never asked")),
    heal: async () => void (healed += 1),
  }));
  const outcome = await inflict(nowhere, call, "p", millis(1), recorder, () => {}, new AbortController().signal);
  expect(outcome).toMatchObject({ landed: false, detail: "the gate was never asked" });
  expect(recorder.phases()).toEqual(["inject", "unproven", "heal", "healed"]);
  expect(healed).toBe(1);
});

test("one that waits for new pods is waited for so long", async () => {
  const spans: number[] = [];
  const time = realTime();
  const timed = { time: { ...time, timeout: (span) => (spans.push(span), time.timeout(span)) } } as Cluster;
  const late = fault(async () => ({
    targets: [replica],
    proof: async () => "seen",
    provesWithin: millis(60_000),
    heal: async () => {},
  }));
  await inflict(timed, late, "p", millis(1), recording(), () => {}, new AbortController().signal);
  expect(spans[0]).toBe(60_000);
});

test("one that finds nobody to be aimed at is unproven", async () => {
  const recorder = recording();
  const call = fault(() => Promise.reject(new Error("nobody leads")));
  const outcome = await inflict(nowhere, call, "p", millis(1), recorder, () => {}, new AbortController().signal);
  expect(outcome).toMatchObject({ landed: false, detail: "nobody leads" });
  expect(recorder.phases()).toEqual(["unproven"]);
});

test("an abort in the middle of the hold heals before it is told", async () => {
  const recorder = recording();
  const abort = new AbortController();
  let healed = 0;
  const call = fault(async () => ({
    targets: [replica],
    proof: async () => "seen",
    heal: async (signal) => {
      signal.throwIfAborted(); // its own deadline, not the aborted signal
      healed += 1;
    },
  }));
  const work = inflict(nowhere, call, "p", millis(60_000), recorder, () => abort.abort("stop"), abort.signal);
  await expect(work).rejects.toBe("stop");
  expect(healed).toBe(1);
  expect(recorder.phases()).toEqual(["inject", "landed", "heal", "healed"]);
});

test("a fault that cannot be healed is the harness's failure", async () => {
  const call = fault(async () => ({
    targets: [replica],
    proof: async () => "seen",
    heal: () => Promise.reject(new Error("it is gone")),
  }));
  const work = inflict(nowhere, call, "p", millis(1), recording(), () => {}, new AbortController().signal);
  await expect(work).rejects.toThrow(HarnessError);
});

test("a fault that tells when it came into force is held, and recorded, from then on", async () => {
  const recorder = recording();
  let since = millis(0);
  const call = fault(async () => {
    await new Promise((resolve) => setTimeout(resolve, 60)); // it takes its time
    since = recorder.now();
    return { targets: [replica], since, proof: async () => "seen", heal: async () => {} };
  });
  await inflict(nowhere, call, "probe-1", millis(50), recorder, () => {}, new AbortController().signal);
  const [inject, , heal] = recorder.faults();
  expect(inject?.at).toBe(since);
  expect(heal!.at - since).toBeGreaterThan(45); // a timer may fire a little early
});
