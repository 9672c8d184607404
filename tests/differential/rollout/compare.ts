import fc from "fast-check";
import { differenceOf } from "../normal.ts";
import { drive } from "./drive.ts";
import { openOurs, openTheirs, type RolloutHome } from "./homes.ts";
import { plans, type Plan } from "./plan.ts";
import type { State } from "./world.ts";

/** How many Deployments are rolled at once, each in a namespace of its own. */
const AT_ONCE = 4;

/** Makes a namespace in which pods are admitted. */
async function openNamespace({ client }: RolloutHome, name: string): Promise<void> {
  await client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

export type RolledOut = { readonly turns: number; readonly found: readonly string[] };

/** Plays `count` drawn plans on both control planes: how many turns they had, and what differed, described. */
export async function rollouts(count: number, seed: number, signal: AbortSignal): Promise<RolledOut> {
  await using ours = await openOurs();
  await using theirs = await openTheirs();
  const drawn = fc.sample(plans, { numRuns: count, seed });
  const found: string[] = [];
  let [next, turns] = [0, 0];
  const one = async (index: number): Promise<void> => {
    const plan = drawn[index]!;
    const namespace = `rollout-${index}`;
    await Promise.all([ours, theirs].map((home) => openNamespace(home, namespace)));
    const [embedded, real] = await Promise.all(
      [ours, theirs].map(({ client }) => drive(client, namespace, plan, signal)),
    );
    turns += embedded!.length;
    const text = described(plan, embedded!, real!);
    if (text !== undefined) found.push(text);
  };
  const worker = async (): Promise<void> => {
    while (next < drawn.length) await one(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { turns, found };
}

/** Where the states of a plan part first, with the state before; undefined: nowhere. */
function described(plan: Plan, embedded: readonly State[], real: readonly State[]): string | undefined {
  const at = embedded.findIndex((state, index) => differenceOf(state, real[index]) !== undefined);
  if (at < 0 && embedded.length === real.length) return undefined;
  const turn = at < 0 ? Math.min(embedded.length, real.length) : at;
  const { draws: _draws, ...shown } = plan;
  return [
    JSON.stringify(shown),
    `  before:   ${JSON.stringify(real[turn - 1])}`,
    `  embedded: ${JSON.stringify(embedded[turn])}`,
    `  real:     ${JSON.stringify(real[turn])}`,
  ].join("\n");
}
