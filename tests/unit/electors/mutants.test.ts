import { describe, expect, test } from "vitest";
import { deviations } from "../../../fixtures/mutants/deviations.ts";
import type { Behaviour } from "../../../fixtures/electors/reference/behaviour.ts";
import { L, overlap, timing, World, type Member } from "./world.ts";

/** Runs a schedule and says how much of the sin was seen: 0 for the correct elector. */
type Show = (world: World) => Promise<number>;

const three = async (world: World): Promise<Member> => {
  for (const name of ["a", "b", "c"]) world.add(name);
  return world.settle();
};

/** The leader is cut off for three leases, and healed. */
const cutLeader =
  (measure: (world: World, victim: Member) => number): Show =>
  async (world) => {
    const victim = await three(world);
    victim.link.cut = true;
    await world.run(3 * L);
    victim.link.cut = false;
    await world.run(3 * L);
    return measure(world, victim);
  };

const beliefs = (world: World): number => overlap(world.reigns);
const leaderless = (world: World): number => (world.leaders().length === 0 ? 1 : 0);

/** Claims made while the record named somebody else, or nobody. */
const unbacked = (world: World): number =>
  world.reigns.filter(({ by, from }) => {
    const last = world.server.commits.findLast((commit) => commit.at <= from);
    return last?.by !== by || last.record.holder === "" || from - last.at > L;
  }).length;

const calm =
  (measure: (world: World) => number, offsets = [0, 0, 0]): Show =>
  async (world) => {
    for (const [index, name] of ["a", "b", "c"].entries()) world.add(name, { wallOffset: offsets[index]! });
    await world.run(6 * L);
    return measure(world);
  };

const evict =
  (whom: "leader" | "standby", more: number, measure: (world: World, gone: Member, at: number) => number): Show =>
  async (world) => {
    const leader = await three(world);
    const gone = whom === "leader" ? leader : world.others(leader)[0]!;
    const at = world.time.now;
    gone.terminate();
    await world.run(more);
    return measure(world, gone, at);
  };

const shows: Record<string, Show> = {
  "no-precondition": async (world) => {
    const leader = await three(world);
    leader.clock.frozenUntil = world.time.now + 2.5 * L;
    const awake = world.time.now + 2.5 * L;
    await world.run(6 * L);
    return overlap(world.reigns, awake + timing.renewDeadline + timing.retryPeriod + 100); // past the hazard
  },
  "claim-before-write": calm(unbacked),
  "trust-remote-clock": calm(beliefs, [0, 2 * L, -2 * L]),
  "own-duration": async (world) => {
    world.add("slow", { timing: { ...timing, leaseDuration: 3 * L, renewDeadline: 6000 } });
    await world.settle();
    world.add("quick");
    const slow = world.members.get("slow")!;
    await world.run(L);
    slow.link.cut = true;
    await world.run(4 * L);
    return beliefs(world);
  },
  "response-clock-no-timeout": cutLeader(beliefs),
  "no-deadline": cutLeader(beliefs),
  "any-error-still-leader": cutLeader(beliefs),
  "first-error-steps-down": async (world) => {
    const leader = await three(world);
    leader.link.failing = 2; // the write and the read of one try
    await world.run(L);
    return leader.statements.length - 1;
  },
  "release-before-stop": evict("leader", 2 * L, (world, gone) => {
    const released = world.server.commits.find(({ by, record }) => by === gone.name && record.holder === "");
    return world.works.filter(({ by, to }) => by === gone.name && to > released!.at).length;
  }),
  "release-unchecked": evict(
    "standby",
    L,
    (world, gone) => world.server.commits.filter(({ by, record }) => by === gone.name && record.holder === "").length,
  ),
  "no-release": evict("leader", 100, (world) => (world.server.lease!.record.holder === "" ? 0 : 1)),
  "work-outlives-loss": cutLeader((world) => overlap(world.works)),
  "stop-never": cutLeader(beliefs),
  "stop-twice": evict("leader", L, (_world, gone) => gone.statements.length - 2),
  "constant-identity": calm(beliefs),
  "adopt-on-restart": async (world) => {
    const first = world.add("a");
    await world.settle();
    first.kill();
    await world.run(2 * L);
    world.reigns.length = 0;
    world.add("a");
    await world.run(L / 2);
    return unbacked(world);
  },
  "one-shot": cutLeader((world, victim) => {
    const since = world.time.now - L;
    return world.server.calls.some(({ by, at }) => by === victim.name && at > since) ? 0 : 1;
  }),
  "watch-only": async (world) => {
    (await three(world)).kill();
    await world.run(4 * L);
    return leaderless(world);
  },
  "null-holder-stuck": evict("leader", L / 2, leaderless),
  "deleted-never-recreated": async (world) => {
    await three(world);
    world.server.lease = undefined;
    await world.run(4 * L);
    return leaderless(world);
  },
  "transitions-wrong": calm((world) => world.server.lease!.record.transitions),
  "deadline-over-duration": cutLeader(beliefs),
  "no-jitter": calm((world) => {
    const times = world.server.calls.filter(({ by, verb }) => by === standbyOf(world) && verb === "get");
    const gaps = times.slice(1).map(({ at }, index) => at - times[index]!.at);
    return gaps.every((gap) => gap < timing.retryPeriod + 100) ? 1 : 0;
  }),
};

const standbyOf = (world: World): string => world.others(world.leaders()[0]!)[0]!.name;

async function seen(show: Show, behaviour: Partial<Behaviour>): Promise<number> {
  let total = 0;
  for (let seed = 0; seed < 5; seed++) total += await show(new World(seed, behaviour));
  return total;
}

const ofEndpoint = new Set(["stale-endpoint", "endpoint-after-loss"]);

describe("mutants in virtual time", () => {
  test("the ids are those of the house, each once", () => {
    expect(deviations.map(({ id }) => id).toSorted()).toEqual([...Object.keys(shows), ...ofEndpoint].toSorted());
  });

  test.each(deviations.filter(({ id }) => !ofEndpoint.has(id)))("$id shows its sin", async ({ id, behaviour }) => {
    expect(await seen(shows[id]!, behaviour)).toBeGreaterThan(0);
  });

  test.each(Object.keys(shows))("the correct elector is innocent under the schedule of %s", async (id) => {
    expect(await seen(shows[id]!, {})).toBe(0);
  });

  test("the two mutants of the endpoint differ where they should", () => {
    const after = { leading: false, led: true, identity: "a", observed: "b", first: "c" };
    const answers = deviations
      .filter(({ id }) => ofEndpoint.has(id))
      .map(({ behaviour }) => behaviour.endpoint!(after));
    expect(answers).toEqual(["c", "a"]);
  });
});
