import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTiming } from "../../../fixtures/electors/reference/elector.ts";
import { L, overlap, timing, World } from "./world.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

/** A disturbance that keeps the contract: cuts, lost replies, errors, ends; never a pause or a long delay. */
const disturbance = fc.record({
  after: fc.integer({ min: 0, max: 3 * L }),
  hold: fc.integer({ min: 100, max: 4 * L }),
  kind: fc.constantFrom("cut", "lose", "fail", "terminate", "kill", "add"),
  whom: fc.constantFrom("leader", "standby"),
});

describe("the reference elector in virtual time", () => {
  test("never has two leaders, nor two at work, whatever is cut, lost, ended or added", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.array(disturbance, { minLength: 1, maxLength: 5 }), async (seed, disturbances) => {
        const world = new World(seed);
        for (const [index, name] of ["a", "b", "c"].entries())
          world.add(name, { wallOffset: ((seed + index) % 3) * 2 * L });
        let names = 0;
        for (const { after, hold, kind, whom } of disturbances) {
          await world.run(after);
          const leader = world.leaders()[0];
          const target = whom === "leader" ? leader : [...world.members.values()].find((each) => each !== leader);
          if (target === undefined) continue;
          if (kind === "cut") {
            target.link.cut = true;
            await world.run(hold);
            target.link.cut = false;
          }
          if (kind === "lose") target.link.losing = 2;
          if (kind === "fail") target.link.failing = 3;
          if (kind === "terminate") target.terminate();
          if (kind === "kill") target.kill();
          if (kind === "add" || kind === "kill" || kind === "terminate") world.add(`new-${names++}`);
        }
        await world.run(3 * L);
        expect(overlap(world.reigns)).toBe(0);
        expect(overlap(world.works)).toBe(0);
        expect(world.reigns.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  test("takes a dead leader's lease within L + 4.4 P, and a released one within 2.2 P", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.boolean(), async (seed, killed) => {
        const world = new World(seed);
        for (const name of ["a", "b"]) world.add(name);
        const leader = await world.settle(seed % 1000);
        const gone = world.time.now;
        if (killed) leader.kill();
        else leader.terminate();
        await world.run(3 * L);
        const next = world.reigns.find((span) => span.by !== leader.name)!;
        expect(next.from - gone).toBeLessThanOrEqual((killed ? L + 4400 : 2200) + 200);
      }),
      { numRuns: 40 },
    );
  });

  test("a leader that is cut off stops by D after its last try, and contends again once healed", async () => {
    const world = new World(1);
    const only = world.add("a");
    await world.settle();
    only.link.cut = true;
    const cut = world.time.now;
    await world.run(2 * L);
    expect(only.statements).toEqual(["claim", "disclaim"]);
    expect(world.reigns[0]!.to - cut).toBeLessThanOrEqual(3000 + 100);
    only.link.cut = false;
    await world.run(2 * L);
    expect(only.statements).toEqual(["claim", "disclaim", "claim"]);
  });

  test("work is over before the disclaim, and the disclaim before the release", async () => {
    const world = new World(2);
    const leader = world.add("a");
    await world.settle();
    leader.terminate();
    await world.run(1000);
    const released = world.server.commits.at(-1)!;
    expect(released.record.holder).toBe("");
    expect(world.works[0]!.to).toBeLessThanOrEqual(world.reigns[0]!.to);
    expect(world.reigns[0]!.to).toBeLessThan(released.at);
  });

  test("a release meets its own unanswered renewal and still succeeds", async () => {
    const world = new World(3);
    const leader = world.add("a");
    await world.settle();
    leader.link.losing = 1;
    const before = world.server.commits.length;
    while (world.server.commits.length === before) await world.run(1); // committed, not yet answered
    leader.terminate();
    await world.run(1000);
    expect(world.server.lease!.record.holder).toBe("");
  });

  test("a record that was deleted is made anew and its transitions go on", async () => {
    const world = new World(4);
    for (const name of ["a", "b"]) world.add(name);
    const first = await world.settle();
    first.kill();
    await world.settle();
    const { transitions } = world.server.lease!.record;
    world.server.lease = undefined;
    await world.run(2 * L);
    expect(world.server.lease!.record.transitions).toBeGreaterThanOrEqual(transitions);
    expect(overlap(world.reigns)).toBe(0);
  });

  test.each([
    { ...timing, renewDeadline: 4000 },
    { ...timing, retryPeriod: 1900 },
    { ...timing, retryPeriod: 0 },
  ])("refuses the timing %o", (wrong) => {
    expect(() => checkTiming(wrong)).toThrow(/must be greater/);
  });
});
