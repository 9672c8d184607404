import { performance } from "node:perf_hooks";
import { contend } from "../fixtures/electors/reference/elector.ts";
import { allProperties } from "../harness/checkers/index.ts";
import { clientGoProfile } from "../harness/core/elector.ts";
import { judge } from "../harness/core/judge.ts";
import { viewOf } from "../harness/core/reading.ts";
import { millis } from "../harness/core/time.ts";
import type { SimulationPlan } from "../harness/simulation/plan.ts";
import { simulate } from "../harness/simulation/simulate.ts";

/**
 * Simulated seconds per wall second, per second of processor time (which other work on the machine changes less, and
 * which counts the threads that collect garbage too), and events per wall second: three reference electors at 15/10/2 s
 * on one core, no fault, history recorded. Rows differ in one thing each. `node bench/simulation.ts [wall seconds a row]`.
 */
const BUDGET = Number(process.argv[2] ?? 3) * 1000;
/** Simulated seconds of one trial. */
const TRIAL = 3600;

const profile = { name: "reference", release: true, fencing: false, profile: clientGoProfile };
const base: SimulationPlan = {
  seed: 1,
  replicas: 3,
  timing: { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2000 },
  duration: millis(TRIAL * 1000),
  faults: [],
  latency: { min: 0.2, max: 2 },
  observer: { stalls: [], lag: 0, gaps: [] },
  wallSpread: 0,
  timingSpread: 1,
};

type Row = { readonly name: string; readonly plan: Partial<SimulationPlan>; readonly judged?: true };
const kills = Array.from({ length: 60 }, (_, index) => ({
  kind: "kill" as const,
  at: index * 60_000 + 30_000,
  hold: 0,
  target: "leader" as const,
}));
const rows: readonly Row[] = [
  { name: "electors alone", plan: {} },
  { name: "a kill a minute", plan: { faults: kills } },
  { name: "an act a second", plan: { actEvery: 1000 } },
  { name: "a kill a minute, judged", plan: { faults: kills }, judged: true },
  { name: "the whole store", plan: { api: "store" } },
];

async function measure({ plan, judged }: Row) {
  let [trials, happened, recorded] = [0, 0, 0];
  const [from, worked] = [performance.now(), process.cpuUsage()];
  while (trials === 0 || performance.now() - from < BUDGET) {
    const { history, events } = await simulate({ ...base, ...plan, seed: trials }, profile, contend);
    if (judged) judge(viewOf(history), allProperties);
    trials += 1;
    happened += events;
    recorded += history.events.length;
  }
  const wall = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(worked);
  const simulated = trials * TRIAL;
  return [simulated / wall, simulated / ((user + system) / 1e6), happened / wall, recorded / wall];
}

const count = (value: number): string => Math.round(value).toLocaleString("en").padStart(14);
await measure({ name: "warm-up", plan: {} });
const columns = ["simulated s/s", "s/CPU s", "events/s", "recorded/s"];
console.log(`${"".padEnd(24)}${columns.map((column) => column.padStart(14)).join("")}`);
for (const row of rows) console.log(`${row.name.padEnd(24)}${(await measure(row)).map(count).join("")}`);
