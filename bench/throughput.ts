import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT } from "../harness/cli/exit.ts";
import { interruptible } from "../harness/cli/interrupt.ts";
import { SHORT_TIMING } from "../harness/cli/options.ts";
import type { RunDocument, TrialDocument } from "../harness/core/run.ts";
import { millis } from "../harness/core/time.ts";
import { findElector } from "../harness/electors/catalogue.ts";
import { originOf } from "../harness/electors/origin.ts";
import { prepareElector } from "../harness/electors/prepare.ts";
import type { ObservationError } from "../harness/runner/observation-error.ts";
import { openLoopClock } from "../harness/runner/recorder.ts";
import { runPlan } from "../harness/runner/run.ts";
import { loadScenario } from "../harness/runner/scenarios.ts";

/**
 * Trials per hour against `--jobs 1`, in one run: `npm run bench:throughput -- [--elector client-go]
 * [--scenario kill-leader] [--trials 40] [--alone 4] [--jobs N]`. Without --jobs, measured stall chooses. A row's
 * observation error is that of its own trials only. Exit status 1 when a trial failed, or when the trials side by side
 * were observed worse than the goal.
 */
const GOAL_P99 = 20;

const { values: asked } = parseArgs({
  options: {
    elector: { type: "string", default: "client-go" },
    scenario: { type: "string", default: "kill-leader" },
    trials: { type: "string", default: "40" },
    alone: { type: "string", default: "4" },
    jobs: { type: "string" },
  },
});

type Row = { readonly run: RunDocument; readonly perHour: number; readonly error: ObservationError };

const elector = await findElector(asked.elector);
const scenario = await loadScenario(asked.scenario);

async function measure(trials: number, jobs: number | undefined, signal: AbortSignal): Promise<Row> {
  const out = mkdtempSync(join(tmpdir(), "interregnum-throughput-"));
  try {
    using clock = openLoopClock();
    const from = clock.now();
    const { run } = await runPlan(
      {
        name: asked.scenario,
        scenario,
        elector,
        origin: originOf(elector),
        cluster: "embedded",
        timing: elector.tunable ? SHORT_TIMING : elector.timing,
        trials,
        seed: 1,
        shard: { index: 0, of: 1 },
        ...(jobs === undefined ? {} : { jobs }),
        strict: false,
        thresholds: [],
        out,
        replay: "",
        from,
      },
      clock,
      () => {},
      signal,
    );
    const hours = millis(clock.now() - from) / 3_600_000;
    return { run, perHour: run.trials.length / hours, error: clock.observationError() };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const count = (run: RunDocument, verdict: TrialDocument["verdict"]): number =>
  run.trials.filter((trial) => trial.verdict === verdict).length;

function tell(name: string, { run, perHour, error }: Row): void {
  const verdicts = (["pass", "unknown", "fail"] as const).map((verdict) => `${count(run, verdict)} ${verdict}`);
  const load = (run.environment["load"] as readonly number[])[0];
  console.log(
    [
      name.padEnd(20),
      `${Math.round(perHour)} trials an hour`.padStart(24),
      `at most ${String(run.environment["jobs"])} at once`.padStart(20),
      `   ${verdicts.join(", ")}`,
      `   observation error p50 ${error.p50} p99 ${error.p99} max ${error.max} ms`,
      `   load ${load}`,
    ].join(""),
  );
}

process.exitCode = await interruptible(async (signal) => {
  await prepareElector(elector, signal);
  console.log(`${asked.scenario} on ${asked.elector}, ${elector.replicas} replicas`);
  const alone = await measure(Number(asked.alone), 1, signal);
  tell("--jobs 1", alone);
  if (signal.aborted) return EXIT.interrupted;
  const jobs = asked.jobs === undefined ? undefined : Number(asked.jobs);
  const beside = await measure(Number(asked.trials), jobs, signal);
  tell(jobs === undefined ? "by measured stall" : `--jobs ${jobs}`, beside);
  if (signal.aborted) return EXIT.interrupted;
  console.log(`${(beside.perHour / alone.perHour).toFixed(1)} times as many`);
  const missed = beside.error.p99 >= GOAL_P99;
  if (missed) console.log(`the goal, a p99 under ${GOAL_P99} ms, is missed`);
  return missed || count(alone.run, "fail") + count(beside.run, "fail") > 0 ? EXIT.fail : EXIT.pass;
});
