import type { Timing } from "../core/elector.ts";
import type { Schedule, ScheduledStep, Start } from "../core/scenario.ts";
import { millis, type Millis } from "../core/time.ts";
import { DEFAULT_STRATEGY } from "./written.ts";

type Inject = Extract<ScheduledStep, { kind: "inject" }>;
/** A settling, and then what is done at once; the last settling stands alone. */
type Round = readonly ScheduledStep[];

const acts = (steps: readonly ScheduledStep[]): number => steps.filter((step) => step.kind !== "settle").length;

/** The schedule cut before each settling. */
function roundsOf(steps: readonly ScheduledStep[]): readonly Round[] {
  const rounds: ScheduledStep[][] = [];
  for (const step of steps) {
    if (step.kind === "settle" || rounds.length === 0) rounds.push([step]);
    else rounds.at(-1)!.push(step);
  }
  return rounds;
}

/** What came first in its round is beside nothing. */
const upright = (steps: readonly ScheduledStep[]): readonly ScheduledStep[] =>
  steps.map((step, index) => {
    if (step.kind === "settle" || step.beside === undefined || (index > 0 && steps[index - 1]!.kind !== "settle"))
      return step;
    const { beside: _, ...alone } = step;
    return alone;
  });

/** Fewer faults: one round of several, all but one round, all but one step. */
function* fewer([start, ...steps]: Schedule): Generator<Schedule> {
  const rounds = roundsOf(steps);
  const busy = rounds.filter((round) => acts(round) > 0);
  const rest = rounds.filter((round) => acts(round) === 0);
  if (busy.length > 1) for (const round of busy.toReversed()) yield [start, ...round, ...rest.flat()];
  if (busy.length > 2)
    for (const left of busy) yield [start, ...busy.filter((round) => round !== left).flat(), ...rest.flat()];
  if (acts(steps) > 1)
    for (const left of steps)
      if (left.kind !== "settle") yield [start, ...upright(steps.filter((step) => step !== left))];
}

const replaced = (steps: readonly ScheduledStep[], index: number, by: ScheduledStep): readonly ScheduledStep[] =>
  steps.with(index, by);

const aimedAt = (step: Inject, target: string): Inject => ({ ...step, parameters: { ...step.parameters, target } });

/** Plainer faults: healed at the end of the hold, injected at no moment, aimed at the leader. */
function* plainer([start, ...steps]: Schedule): Generator<Schedule> {
  for (const [index, step] of steps.entries()) {
    if (step.kind !== "inject") continue;
    if (step.until !== undefined) {
      const { until: _, ...held } = step;
      yield [start, ...replaced(steps, index, held)];
    }
    if (step.when !== undefined) {
      const { when: _, ...anytime } = step;
      const subject = step.parameters["target"] === "subject";
      yield [start, ...replaced(steps, index, subject ? aimedAt(anytime, "leader") : anytime)];
    }
    if (step.parameters["target"] === "all") yield [start, ...replaced(steps, index, aimedAt(step, "leader"))];
  }
}

/** Whether so many replicas are enough for every fault to land. */
const suffices = (replicas: number, steps: readonly ScheduledStep[]): boolean =>
  steps.every((step) => {
    if (step.kind !== "inject") return true;
    const { target, to } = step.parameters;
    return (replicas > 1 || target !== "standby") && to !== replicas;
  });

function* smaller([start, ...steps]: Schedule): Generator<Schedule> {
  for (let replicas = 1; replicas < start.replicas; replicas += 1)
    if (suffices(replicas, steps)) yield [{ ...start, replicas }, ...steps];
}

/** The next whole multiple of a unit, in ms; nothing stays nothing. */
const rounded = (ms: Millis, unit: Millis): Millis => millis(Math.ceil(ms / unit) * unit);

const round = (step: ScheduledStep, unit: Millis): ScheduledStep => ({
  ...step,
  ms: rounded(step.ms, unit),
  ...("beside" in step && step.beside !== undefined ? { beside: rounded(step.beside, unit) } : {}),
});

/** Rounder times: all of them whole leases, or whole retry periods; then each by itself. */
function* rounder([start, ...steps]: Schedule, { leaseDuration, retryPeriod }: Timing): Generator<Schedule> {
  for (const unit of [leaseDuration, retryPeriod]) yield [start, ...steps.map((step) => round(step, unit))];
  for (const [index, step] of steps.entries()) yield [start, ...replaced(steps, index, round(step, retryPeriod))];
}

/** Where nothing is rolled out, how it would be makes no difference. */
const usual = (start: Start, steps: readonly ScheduledStep[]): Start =>
  steps.some((step) => step.kind === "rollout") ? start : { ...start, strategy: DEFAULT_STRATEGY };

/** Of settlings without anything between them the last one. */
const settledOnce = (steps: readonly ScheduledStep[]): readonly ScheduledStep[] =>
  steps.filter((step, index) => step.kind !== "settle" || steps[index + 1]?.kind !== "settle");

const textOf = (schedule: Schedule): string => JSON.stringify(schedule);

/**
 * Schedules that are simpler than this one, the boldest first, each once: fewer faults, plainer ones, fewer replicas,
 * rounder times. Taking one of them again and again comes to an end.
 */
export function* simpler(schedule: Schedule, timing: Timing): Generator<Schedule> {
  const seen = new Set([textOf(schedule)]);
  for (const kind of [fewer, plainer, smaller, rounder])
    for (const [start, ...steps] of kind(schedule, timing)) {
      const candidate: Schedule = [usual(start, steps), ...settledOnce(steps)];
      const text = textOf(candidate);
      if (seen.has(text)) continue;
      seen.add(text);
      yield candidate;
    }
}
