import { describe, expect, test } from "vitest";
import { serialiseEvent, serialiseHeader } from "../../../harness/core/history.ts";
import { millis } from "../../../harness/core/time.ts";
import type { SimulationPlan } from "../../../harness/simulation/plan.ts";
import { simulate } from "../../../harness/simulation/simulate.ts";
import { profile, reference, timing } from "../../properties/simulation-plans.ts";

const plan: SimulationPlan = {
  seed: 7,
  replicas: 3,
  timing,
  duration: millis(180_000),
  faults: [
    { kind: "kill", at: 30_000, hold: 0, target: "leader" },
    { kind: "evict", at: 60_000, hold: 0, target: "leader" },
    { kind: "pause", at: 75_000, hold: 20_000, target: "leader" },
    { kind: "blackhole", at: 110_000, hold: 30_000, target: "leader" },
    { kind: "lose-reply", at: 150_000, hold: 9000, target: "leader", times: 2 },
    { kind: "delete-record", at: 165_000, hold: 0, target: 0 },
  ],
  latency: { min: 0.2, max: 4 },
  observer: { stalls: [{ from: 50_000, to: 50_900 }], lag: 20, gaps: [{ from: 80_000, to: 90_000, replica: 1 }] },
  wallSpread: 10_000,
  timingSpread: 1,
  actEvery: 500,
};

const textOf = async (of: SimulationPlan): Promise<string> => {
  const { history } = await simulate(of, profile, reference);
  return [serialiseHeader(history.header), ...history.events.map(serialiseEvent)].join("\n");
};

describe("a simulated trial", () => {
  test("is the same to the byte for the same seed, and another for another", async () => {
    const first = await textOf(plan);
    expect(await textOf(plan)).toBe(first);
    expect(await textOf({ ...plan, seed: 8 })).not.toBe(first);
  });

  test("is the same to the byte on the embedded cluster's whole store", async () => {
    expect(await textOf({ ...plan, api: "store" })).toBe(await textOf(plan));
  });

  test("shows what the faults do: takeovers, a pause that hides, a record deleted and made anew", async () => {
    const { history, truth } = await simulate(plan, profile, reference);
    expect(new Set(truth.beliefs.map(({ replica }) => replica)).size).toBeGreaterThan(2);
    expect(
      history.events
        .filter(({ type }) => type === "record")
        .some((event) => "record" in event && event.record === null),
    ).toBe(true);
    const landed = history.events.flatMap((event) =>
      event.type === "fault" && event.phase === "landed" ? [event.fault] : [],
    );
    expect(landed).toEqual(expect.arrayContaining(["kill", "evict", "pause", "blackhole", "delete-record"]));
  });

  test("bounds every statement that was seen around the moment it was really made", async () => {
    const { history, truth } = await simulate(plan, profile, reference);
    for (const event of history.events) {
      if (event.type !== "claim") continue;
      const said = truth.beliefs.filter(
        ({ replica, from }) => replica === event.replica && from <= event.at && from >= event.since,
      );
      expect(said.length, JSON.stringify(event)).toBe(1);
    }
  });

  test("measures the contention that a process dies in, up to its end", async () => {
    const starved = { kind: "starve" as const, at: 20_000, hold: 14_000, target: "leader" as const };
    const killed = { kind: "kill" as const, at: 30_000, hold: 0, target: "leader" as const };
    const { history } = await simulate({ ...plan, faults: [starved, killed] }, profile, reference);
    expect(history.events.filter((event) => event.type === "stall" && event.who !== "harness")).toMatchObject([
      { since: 20_000, at: 30_000, ms: 10_000 },
    ]);
  });

  test("ends with the signal's reason", async () => {
    await expect(
      simulate(plan, profile, reference, { signal: AbortSignal.abort(new Error("enough")) }),
    ).rejects.toThrow("enough");
  });
});
