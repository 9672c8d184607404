import fc from "fast-check";
import type { History } from "../../harness/core/events.ts";
import { rngOf } from "../../harness/core/rng.ts";
import { millis } from "../../harness/core/time.ts";
import { Story } from "../unit/checkers/story.ts";

const [L, D, P] = [4000, 2000, 1000];

/** How a reign ends, when (ms after the claim), for how long the fault holds, and the seed of all that is by chance. */
export type Reign = {
  readonly end: "kill" | "evict" | "partition" | "pause";
  readonly after: number;
  readonly hold: number;
  readonly seed: number;
};

export const reigns: fc.Arbitrary<readonly Reign[]> = fc.array(
  fc.record({
    end: fc.constantFrom("kill", "evict", "partition", "pause"),
    after: fc.integer({ min: 10, max: 3500 }),
    hold: fc.integer({ min: 1000, max: 15_000 }),
    seed: fc.integer({ min: 0, max: 2 ** 30 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/**
 * A correct elector under those faults: it claims after its acquire was answered, renews every P, stops within D + P of
 * its last answered renewal, releases after its work has ended; a standby takes over no sooner than L after the last
 * commit and no later than its polling allows. `broken` leaves out one of these, to show that the properties can fail.
 */
export function history(plan: readonly Reign[], broken?: "no-deadline" | "early-takeover" | "work-goes-on"): History {
  const story = new Story({ elector: { release: true }, minimum: { terms: 1 } });
  let born = 0;
  const birth = (at: number): string => {
    const name = `demo-${(born += 1)}`;
    story.starts(name, at).calls(name, at + 100, "get");
    return name;
  };
  /** Those who can take over, in the order in which they will; `free` from when. Enough that one always is. */
  const standbys = [0, 20, 40, 60, 80].map((at) => ({ name: birth(at), free: at + 200 }));
  const succeed = (at: number) =>
    standbys.splice(
      standbys.findIndex(({ free }) => free < at),
      1,
    )[0]!.name;
  let claim = 1500;
  for (const [term, { end, after, hold, seed }] of plan.entries()) {
    const random = rngOf(seed);
    const draw = (min: number, max: number) => min + random() * (max - min);
    const leader = succeed(claim - 20);
    const fault = claim + after;
    let commit = claim - 8;
    story.writes(leader, claim - 10, leader).claims(leader, claim, term);
    for (let at = commit + P; at < fault; at = commit + P) {
      story.writes(leader, at, leader, "update", draw(1, 15));
      commit = at + 2;
    }
    const answered = commit + 15;
    let silent = fault; // when its work ends
    /** A standby polls after it saw the last commit, and finds the lease expired. */
    let takeover = commit + (broken === "early-takeover" ? draw(1000, 1500) : L + draw(0, 4.3 * P));
    switch (end) {
      case "kill":
        story.fault("kill", "end", leader, fault - 1, fault + 5, fault + 4).exits(leader, fault + 2, null, "SIGKILL");
        standbys.push({ name: birth(fault + 60), free: fault + 300 });
        break;
      case "evict":
        story.terminates(leader, fault - 20).fault("evict", "end", leader, fault - 20, fault + 60, fault + 55);
        story
          .disclaims(leader, fault)
          .writes(leader, fault + 5, "")
          .exits(leader, fault + 50);
        takeover = fault + 7 + draw(0, 2.1 * P);
        standbys.push({ name: birth(fault + 80), free: fault + 300 });
        if (broken === "work-goes-on") silent = fault + 49;
        break;
      case "partition": {
        const healed = fault + Math.max(hold, L + 5 * P);
        const stops = broken === "no-deadline" ? healed : Math.max(fault, answered + D + draw(0, P));
        story
          .fault("partition", "cut", leader, fault, healed)
          .disclaims(leader, stops)
          .calls(leader, healed + 500, "get");
        silent = broken === "work-goes-on" ? healed : stops;
        standbys.unshift({ name: leader, free: healed });
        break;
      }
      case "pause": {
        const woken = fault + Math.max(hold, L + 5 * P);
        const stops = woken + draw(1, broken === "no-deadline" ? 4 * L : D + P);
        story
          .fault("pause", "pause", leader, fault, woken)
          .acts(leader, woken + 1, stops, term)
          .disclaims(leader, stops);
        story.calls(leader, stops + 500, "get");
        standbys.unshift({ name: leader, free: stops + 20 });
        break;
      }
      default:
        throw end satisfies never;
    }
    story.acts(leader, claim + 5, silent, term);
    if (random() < 0.5) story.stalls("harness", takeover, takeover + 100, draw(20, 100));
    claim = takeover + 10;
  }
  const last = succeed(claim - 20);
  story
    .writes(last, claim - 10, last)
    .claims(last, claim, plan.length)
    .renews(last, claim + 990, claim + 20_000);
  story.acts(last, claim + 5, claim + 20_000, plan.length);
  // What was told of a reign may lie after the beginning of the next ones: a history is in the order of recording.
  story.events.sort((a, b) => a.at - b.at);
  return story.tell({ type: "end", at: millis(claim + 20_500), reason: "complete" }).history();
}
