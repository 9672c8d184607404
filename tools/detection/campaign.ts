import { HarnessError } from "../../harness/core/errors.ts";
import { rngOf } from "../../harness/core/rng.ts";
import { prepareElector } from "../../harness/electors/prepare.ts";
import { successorFor } from "../../harness/electors/successor.ts";
import { drawSchedule } from "../../harness/generators/schedule.ts";
import { timingFor } from "../../harness/cli/options.ts";
import { newRunId } from "../../harness/runner/folder.ts";
import { capabilitiesOf, openHome } from "../../harness/runner/homes.ts";
import { openJudging } from "../../harness/runner/judging.ts";
import { inParallel } from "../../harness/runner/pool.ts";
import { openLoopClock } from "../../harness/runner/recorder.ts";
import { loadScenario } from "../../harness/runner/scenarios.ts";
import { openState } from "../../harness/runner/state.ts";
import { runTrial } from "../../harness/runner/trial.ts";
import { fixedValve, measuringValve } from "../../harness/runner/valve.ts";
import { openWitness } from "../../harness/clusters/witness.ts";
import { mootness } from "./moot.ts";
import type { Prepared } from "./subjects.ts";
import { convicts, type Sighting } from "./tally.ts";

export type Campaign = {
  readonly cluster: string;
  readonly subjects: readonly Prepared[];
  readonly scenarios: readonly string[];
  readonly seed: number;
  /** Repetitions, each with seeds of its own and an order of its own. */
  readonly sweeps: number;
  /** The most trials that a mutant is given in a sweep before it has escaped. */
  readonly budget: number;
  /** How often who is no mutant is tried anew, by another seed, where a trial could tell nothing. */
  readonly again: number;
  /** Mutants are tried until they are convicted in the first sweep too: no matrix, but a fraction of its trials. */
  readonly brief?: boolean;
  /** Trials at once; absent: as many as the measured stall allows. */
  readonly jobs?: number;
  /** Where histories and logs go. */
  readonly folder: string;
};

/** What most trials of the battery run. */
const REPLICAS = 3;

/** The scenarios in the order in which a sweep tries them: shuffled, so that no scenario's place favours a mutant. */
export function orderOf(scenarios: readonly string[], seed: number): readonly string[] {
  const random = rngOf(seed);
  const order = [...scenarios];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** How far the seed of each further try lies from the one before: further than sweeps and rounds count up. */
const FURTHER = 100_000;

type Trial = {
  readonly who: Prepared;
  readonly sweep: number;
  readonly place: number;
  /** Which try it is at the same scenario of the same sweep; 0 for the first. */
  readonly again: number;
};

/** Trials that follow each other: a mutant's until one convicts, anybody else's until one judges. */
type Chain = readonly Trial[];

/**
 * Who is no mutant is tried again where a trial told nothing. The first sweep tries everybody under every scenario: the matrix. In later ones mutants are tried until they are
 * convicted, and who has nothing to be convicted of under every scenario again. Last, whom the first sweep did not
 * convict is tried on until the budget is spent. A brief campaign tries mutants only until they are convicted.
 */
export function chainsOf({ subjects, scenarios, sweeps, budget, again, brief }: Campaign): readonly Chain[] {
  const trials = (who: Prepared, sweep: number, from: number, to: number): Trial[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, index) => ({ who, sweep, place: from + index, again: 0 }));
  const tries = (trial: Trial): Chain =>
    Array.from({ length: mutants.includes(trial.who) ? 1 : again + 1 }, (_, index) => ({ ...trial, again: index }));
  const mutants = subjects.filter(({ subject }) => subject.kind === "mutant");
  const swept = Array.from({ length: sweeps }, (_, sweep) =>
    subjects.flatMap((who): Chain[] =>
      (sweep > 0 || brief) && mutants.includes(who)
        ? [trials(who, sweep, 0, budget)]
        : trials(who, sweep, 0, scenarios.length).map(tries),
    ),
  ).flat();
  const further = brief ? [] : mutants.map((who) => trials(who, 0, scenarios.length, budget));
  return [...swept, ...further].filter(({ length }) => length > 0);
}

/** Runs the campaign, `jobs` trials at once on one embedded API; tells of each trial as it ends. */
export async function runCampaign(
  campaign: Campaign,
  tell: (sighting: Sighting) => void,
  signal: AbortSignal,
): Promise<readonly Sighting[]> {
  const id = newRunId();
  using state = openState(id);
  using clock = openLoopClock();
  const { folder, memory, ledger } = state;
  await using home = await openHome(campaign.cluster, { run: id, folder, memory, ledger }, signal);
  await using witness = await openWitness();
  await using judging = openJudging();
  using valve = campaign.jobs === undefined ? measuringValve(clock, REPLICAS) : fixedValve(campaign.jobs);
  const scenarios = new Map(
    await Promise.all(campaign.scenarios.map(async (name) => [name, await loadScenario(name)] as const)),
  );
  const can = capabilitiesOf(campaign.cluster);
  const sightings: Sighting[] = [];
  let started = 0;

  /** Under what, and by which seed. */
  function drawn({ sweep, place, again }: Trial) {
    const round = Math.floor(place / campaign.scenarios.length);
    const first = campaign.seed + sweep + round * campaign.sweeps;
    const name = orderOf(campaign.scenarios, first)[place % campaign.scenarios.length]!;
    return { seed: first + again * FURTHER, name, scenario: scenarios.get(name)! };
  }

  async function tried(trial: Trial, begun: () => void): Promise<Sighting> {
    const { who, sweep, place } = trial;
    const { subject, elector } = who;
    const { seed, name, scenario } = drawn(trial);
    const successor = await successorFor(elector, scenario);
    if (successor !== undefined) await prepareElector(successor, signal);
    const timing = timingFor(elector, undefined);
    const schedule = drawSchedule(scenario, elector, timing, seed, can);
    const [index, from] = [started, clock.now()];
    started += 1;
    const known = { elector: subject.name, scenario: name, seed, sweep, place };
    const seconds = (): number => (clock.now() - from) / 1000;
    try {
      const { document } = await runTrial(
        {
          index,
          seed,
          name,
          scenario,
          elector,
          ...(successor && { successor }),
          timing,
          schedule,
          run: id,
          from,
          begun,
          atOnce: valve.most,
          strict: false,
          folder: `${campaign.folder}/${elector.name}/${name}/${seed}`,
        },
        home,
        witness,
        judging,
        clock,
        () => {},
        signal,
      );
      const failed = document.properties.filter((property) => property.verdict === "fail" && !property.known);
      const { verdict, reason, measures } = document;
      return {
        ...known,
        verdict,
        failed: failed.map((property) => property.name),
        reason,
        seconds: seconds(),
        measures,
      };
    } catch (error) {
      // A machine that is too busy for one trial is not for all of them; what it could not show is unknown.
      if (!(error instanceof HarnessError)) throw error;
      return { ...known, verdict: "unknown", failed: [], reason: error.message, seconds: seconds(), measures: {} };
    }
  }

  /** Whether an earlier trial of the same sweep has convicted the mutant already. */
  const settled = ({ who, sweep }: Trial): boolean =>
    sightings.some((seen) => seen.elector === who.subject.name && seen.sweep === sweep && convicts(who.subject, seen));

  /** The first sweep's battery is run whole; whatever else a mutant is given is for its conviction alone. */
  const conditional = ({ sweep, place }: Trial): boolean =>
    sweep > 0 || campaign.brief === true || place >= campaign.scenarios.length;

  const more = (): boolean => !signal.aborted;
  await inParallel(chainsOf(campaign), valve, more, async (chain, begun) => {
    for (const trial of chain) {
      if (mootness(trial.who.elector, drawn(trial).scenario) !== undefined) continue;
      if (!more() || (trial.who.subject.kind === "mutant" && conditional(trial) && settled(trial))) return;
      const sighting = await tried(trial, begun);
      if (signal.aborted) return; // cut short: what it saw is no verdict
      sightings.push(sighting);
      tell(sighting);
      if (trial.who.subject.kind !== "mutant" && sighting.verdict !== "unknown") return;
    }
  });
  return sightings;
}
