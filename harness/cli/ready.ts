import type { RuntimeName } from "../clusters/runtime.ts";
import type { Elector } from "../core/elector.ts";
import { prepareElector } from "../electors/prepare.ts";
import { plainText } from "../report/safe.ts";
import type { RunPlan } from "../runner/plan.ts";

type Ready = Pick<RunPlan, "elector" | "successor" | "runtime">;

/** The plans with their electors, and what they are rolled to, ready to be run: built, and images where they run as containers. */
export async function readyPlans<P extends Ready>(plans: readonly P[], signal: AbortSignal): Promise<readonly P[]> {
  const known = new Map<Elector, Elector>();
  const ready = async (elector: Elector, runtime: RuntimeName | undefined): Promise<Elector> => {
    const made = known.get(elector) ?? (await readyElector(elector, runtime, signal));
    known.set(elector, made);
    return made;
  };
  const readied: P[] = [];
  for (const plan of plans) {
    const { elector, successor, runtime } = plan;
    const rolledTo = successor && { successor: await ready(successor, runtime) };
    readied.push({ ...plan, elector: await ready(elector, runtime), ...rolledTo });
  }
  return readied;
}

async function readyElector(elector: Elector, runtime: RuntimeName | undefined, signal: AbortSignal): Promise<Elector> {
  for (const note of elector.manifests?.notes ?? []) console.error(plainText(`${elector.name}: ${note}`));
  if (runtime === "container")
    return (await import("../clusters/containers/prepare-image.ts")).prepareImage(elector, signal);
  await prepareElector(elector, signal);
  return elector;
}
