import type { Cluster } from "../core/cluster.ts";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { FaultEvent, Recorder } from "../core/events.ts";
import type { FaultCall, Injected } from "../core/fault.ts";
import type { Moment, When } from "../core/scenario.ts";
import { formatMillis, millis, type Millis } from "../core/time.ts";
import { aimAt } from "./aim.ts";

/** A fault that holds nothing (a kill) still gets this long to prove that it landed. */
const PROOF_ALLOWANCE = millis(10_000);
/** A heal has its own deadline: it must run when the trial was aborted, too. */
const HEAL_DEADLINE = millis(15_000);

/** How long a moment that a fault is aimed at may be in coming: a lease may have to run out before. */
const momentAllowance = ({ timing }: Cluster): Millis => millis(10_000 + 3 * (timing?.leaseDuration ?? 15_000));

/** The moments of the protocol at which a fault is injected and healed. */
export type Aims = {
  readonly when?: When;
  readonly until?: Moment;
  /** The longest wait for `when`; by the timing unless told. */
  readonly within?: Millis;
};

type Outcome = { readonly landed: boolean; readonly detail: string; readonly targets: readonly string[] };

/** Injects one fault, waits for its proof while it holds (`landed` is told of it), heals it whatever happens, and records each moment. */
export async function inflict(
  cluster: Cluster,
  call: FaultCall,
  id: string,
  hold: Millis,
  recorder: Recorder,
  landed: (outcome: Outcome) => void,
  signal: AbortSignal,
  aims: Aims = {},
): Promise<Outcome> {
  const moment = (phase: FaultEvent["phase"], at: Millis, targets: readonly string[], detail?: string): void =>
    recorder.record({
      type: "fault",
      at,
      id,
      fault: call.name,
      phase,
      targets,
      effect: call.effect,
      ...(call.network && { network: call.network }),
      ...(detail === undefined ? {} : { detail }),
    });
  const unproven = (detail: string): Outcome => {
    moment("unproven", recorder.now(), [], detail);
    return { landed: false, detail, targets: [] };
  };
  // What brings the moment about (an eviction) may end only after what was aimed at it.
  await using provoked = new AsyncDisposableStack();
  const allowance = aims.within ?? momentAllowance(cluster);
  let from = recorder.now();
  let injected: Injected;
  {
    using aim = aims.when && aimAt(cluster, aims.when.moment, id);
    provoked.use(provoke(cluster, aims.when, id, recorder, signal));
    try {
      const subject = await aim?.came(allowance, signal);
      if (aim !== undefined && subject === undefined)
        return unproven(`its moment (${aims.when!.moment}) did not come within ${formatMillis(allowance)}`);
      from = recorder.now();
      // The call waits at the gate meanwhile; it goes on when the fault is in force.
      injected = await call.inject(cluster, id, signal, subject?.replica);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof HarnessError) throw error;
      return unproven(messageOf(error));
    }
  }
  const targets = targetsOf(injected);
  from = injected.since ?? from;
  moment("inject", from, targets, describe(call));
  using last = aims.until && aimAt(cluster, aims.until, id);
  let missed: string | undefined;
  try {
    const outcome = await proveWhileHeld(cluster, injected, hold, signal);
    moment(outcome.landed ? "landed" : "unproven", recorder.now(), targets, outcome.detail);
    landed({ ...outcome, targets });
    const left = millis(Math.max(0, from + hold - recorder.now()));
    if (outcome.landed && last === undefined) await cluster.time.sleep(left, signal);
    else if (outcome.landed && (await last?.came(left, signal)) === undefined)
      missed = `healed at the end of its hold: its moment (${aims.until}) did not come`;
    return { ...outcome, targets };
  } finally {
    moment("heal", recorder.now(), targets, missed);
    await healed(cluster, injected, call.name);
    moment("healed", recorder.now(), targetsOf(injected));
  }
}

const targetsOf = ({ targets }: Injected): readonly string[] => [...new Set(targets.map(({ replica }) => replica))];

/** Injects what brings a moment about; disposing waits until it is healed, and rejects as it did. */
function provoke(
  cluster: Cluster,
  when: When | undefined,
  id: string,
  recorder: Recorder,
  signal: AbortSignal,
): AsyncDisposable {
  const work = when?.by && inflict(cluster, when.by, `${id}-by`, millis(0), recorder, () => {}, signal);
  const ended = work?.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  return {
    async [Symbol.asyncDispose]() {
      const failed = await ended;
      if (failed !== undefined) throw failed.error;
    },
  };
}

async function proveWhileHeld(
  { time }: Cluster,
  injected: Injected,
  hold: Millis,
  signal: AbortSignal,
): Promise<Omit<Outcome, "targets">> {
  const limit = millis(Math.max(hold, injected.provesWithin ?? PROOF_ALLOWANCE));
  const deadline = time.timeout(limit);
  try {
    const detail = await injected.proof(AbortSignal.any([signal, deadline]));
    return { landed: true, detail };
  } catch (error) {
    signal.throwIfAborted();
    const detail = deadline.aborted ? `no proof that it landed within ${Math.round(limit)} ms` : messageOf(error);
    return { landed: false, detail };
  }
}

async function healed({ time }: Cluster, injected: Injected, name: string): Promise<void> {
  try {
    await injected.heal(time.timeout(injected.healsWithin ?? HEAL_DEADLINE));
  } catch (error) {
    throw new HarnessError(`the fault ${name} could not be healed: ${messageOf(error)}`, {
      cause: error,
      mend: "run `interregnum clean`, then `interregnum doctor`",
    });
  }
}

const describe = (call: FaultCall): string =>
  Object.entries(call.parameters)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
