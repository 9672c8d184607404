import type { Cluster } from "../core/cluster.ts";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { FaultEvent, Recorder } from "../core/events.ts";
import type { FaultCall, Injected } from "../core/fault.ts";
import { millis, type Millis } from "../core/time.ts";
import { sleep } from "./wait.ts";

/** A fault that holds nothing (a kill) still gets this long to prove that it landed. */
const PROOF_ALLOWANCE = millis(10_000);
/** A heal has its own deadline: it must run when the trial was aborted, too. */
const HEAL_DEADLINE = 15_000;

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
      ...(detail === undefined ? {} : { detail }),
    });
  const from = recorder.now();
  let injected: Injected;
  try {
    injected = await call.inject(cluster, id, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HarnessError) throw error;
    moment("unproven", recorder.now(), [], messageOf(error));
    return { landed: false, detail: messageOf(error), targets: [] };
  }
  const targets = injected.targets.map((replica) => replica.replica);
  moment("inject", from, targets, describe(call));
  try {
    const outcome = await proveWhileHeld(injected, hold, signal);
    moment(outcome.landed ? "landed" : "unproven", recorder.now(), targets, outcome.detail);
    landed({ ...outcome, targets });
    if (outcome.landed) await sleep(millis(Math.max(0, from + hold - recorder.now())), signal);
    return { ...outcome, targets };
  } finally {
    moment("heal", recorder.now(), targets);
    await healed(injected, call.name);
    moment("healed", recorder.now(), targets);
  }
}

async function proveWhileHeld(
  injected: Injected,
  hold: Millis,
  signal: AbortSignal,
): Promise<Omit<Outcome, "targets">> {
  const limit = Math.max(hold, PROOF_ALLOWANCE);
  const deadline = AbortSignal.timeout(limit);
  try {
    const detail = await injected.proof(AbortSignal.any([signal, deadline]));
    return { landed: true, detail };
  } catch (error) {
    signal.throwIfAborted();
    const detail = deadline.aborted ? `no proof that it landed within ${Math.round(limit)} ms` : messageOf(error);
    return { landed: false, detail };
  }
}

async function healed(injected: Injected, name: string): Promise<void> {
  try {
    await injected.heal(AbortSignal.timeout(HEAL_DEADLINE));
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
