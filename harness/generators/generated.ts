import fc from "fast-check";
import type { Capability } from "../core/cluster.ts";
import type { Profile, Timing } from "../core/elector.ts";
import {
  type Generated,
  type Option,
  retries,
  type Schedule,
  type ScheduledStep,
  settle,
  type Span,
  takeovers,
} from "../core/scenario.ts";
import { timed } from "./written.ts";

/** How many replicas: mostly those between which a takeover is decided. */
const REPLICAS = fc.oneof(
  { weight: 1, arbitrary: fc.constant(1) },
  { weight: 4, arbitrary: fc.constant(2) },
  { weight: 6, arbitrary: fc.constant(3) },
  { weight: 1, arbitrary: fc.constant(4) },
  { weight: 1, arbitrary: fc.constant(5) },
);

/** How many faults or pairs of them come one after another. */
const ROUNDS = fc.oneof(
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 4, arbitrary: fc.constant(2) },
  { weight: 2, arbitrary: fc.constant(3) },
  { weight: 1, arbitrary: fc.constant(4) },
);

/** Of so many rounds one is a pair that overlaps. */
const PAIRED_OF = 3;

/** How long after a fault another one joins it. */
const JOINS: Span = retries(0, 2.5);

/** The last dwell: what the last fault did to the election must be seen through. */
const LAST = settle(takeovers(1.1, 1.2));

const choose = (options: readonly Option[]): fc.Arbitrary<Option> =>
  fc.oneof(...options.map((option) => ({ weight: option.weight, arbitrary: fc.constant(option) })));

const nameOf = ({ step }: Option): string => (step.kind === "inject" ? step.fault.name : step.kind);

/** What can land beside a step: another fault, one that lands whatever holds, or any beside one that leaves the leader. */
const besides = (first: Option, options: readonly Option[]): readonly Option[] =>
  first.step.kind === "inject" && first.step.hold.max === 0
    ? []
    : options.filter((other) => nameOf(other) !== nameOf(first) && (first.soft || other.anytime));

/** One round: an option alone, or with another beside it; then the election settles. */
function rounds(options: readonly Option[], timing: Timing, profile: Profile): fc.Arbitrary<readonly ScheduledStep[]> {
  return fc.tuple(choose(options), fc.nat({ max: PAIRED_OF - 1 })).chain(([first, dice]) => {
    const others = dice === 0 ? besides(first, options) : [];
    const second = others.length === 0 ? fc.constant(undefined) : choose(others);
    return second.chain((other) =>
      fc.tuple(
        timed(first.step, timing, profile),
        ...(other === undefined ? [] : [timed({ ...other.step, beside: JOINS }, timing, profile)]),
      ),
    );
  });
}

/** All schedules of a generated scenario for an elector that releases, or does not. */
export function generatedSchedules(
  scenario: Generated,
  { release, profile }: { readonly release: boolean; readonly profile: Profile },
  timing: Timing,
  can: ReadonlySet<Capability>,
): fc.Arbitrary<Schedule> {
  const between = timed(settle(retries(1, 2)), timing, profile);
  const last = timed(LAST, timing, profile);
  return fc.tuple(REPLICAS, ROUNDS, fc.constantFrom(...scenario.strategies)).chain(([replicas, count, strategy]) => {
    const round = fc.tuple(between, rounds(scenario.options({ replicas, release, can }), timing, profile));
    return fc
      .tuple(fc.array(round, { minLength: count, maxLength: count }), last)
      .map(([drawn, end]): Schedule => [
        { kind: "start", replicas, strategy },
        ...drawn.flatMap(([pause, steps]) => [pause, ...steps]),
        end,
      ]);
  });
}
