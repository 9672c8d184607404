import type { Elector } from "../../harness/core/elector.ts";
import { HarnessError, InputError } from "../../harness/core/errors.ts";
import { findElector, listElectors, listMutants } from "../../harness/electors/catalogue.ts";
import { prepareElector } from "../../harness/electors/prepare.ts";
import { refusalBy } from "../../harness/runner/homes.ts";
import type { Subject } from "./tally.ts";

export type Prepared = { readonly subject: Subject; readonly elector: Elector };

/** Of the mutants only these, by id or by name; of the right electors only these. */
export type Asked = { readonly mutants?: readonly string[]; readonly electors?: readonly string[] };

/** Who is not tried, and why. */
export type LeftOut = { readonly name: string; readonly why: string };

export type Subjects = { readonly subjects: readonly Prepared[]; readonly leftOut: readonly LeftOut[] };

/**
 * Every mutant and every elector of the package, all of which are right (or those asked for), but for those that this
 * machine or cluster cannot run. InputError where a build fails: who is broken is not who is absent.
 */
export async function prepareSubjects(
  { mutants: asked, electors }: Asked,
  cluster: string,
  signal: AbortSignal,
): Promise<Subjects> {
  const mutants = await listMutants();
  for (const each of asked ?? [])
    if (!mutants.some(({ id, name }) => id === each || name === each))
      throw new InputError(
        `there is no mutant "${each}"`,
        { field: "--mutants" },
        `give some of ${mutants.map(({ name }) => name).join(", ")}, or their ids alone`,
      );
  const leftOut: LeftOut[] = mutants
    .filter(({ successor }) => successor !== undefined)
    .map(({ name, shows }) => ({ name, why: `it shows where it is rolled to another, in ${shows.join(", ")}` }));
  const tried = mutants
    .filter(({ successor }) => successor === undefined)
    .filter(({ id, name }) => asked === undefined || asked.includes(id) || asked.includes(name))
    .map(({ name, named }) => ({ name, kind: named.length > 0 ? "mutant" : "measure", named }) as const);
  const all = await listElectors();
  for (const each of electors ?? [])
    if (!all.some(({ name }) => name === each))
      throw new InputError(
        `there is no elector "${each}" here`,
        { field: "--electors" },
        `give some of ${all.map(({ name }) => name).join(", ")}`,
      );
  const right = all
    .filter(({ name }) => electors === undefined || electors.includes(name))
    .map(({ name }) => ({ name, kind: "right", named: [] }) as const);
  const prepared: Prepared[] = [];
  for (const subject of [...right, ...tried]) {
    const elector = await findElector(subject.name);
    const refusal = refusalBy(cluster, elector) ?? (await absence(elector, signal));
    if (refusal === undefined) prepared.push({ subject, elector });
    else leftOut.push({ name: subject.name, why: refusal.message });
  }
  return { subjects: prepared, leftOut };
}

/** What it needs of this machine and does not find; it is built where it finds all. */
async function absence(elector: Elector, signal: AbortSignal): Promise<HarnessError | undefined> {
  try {
    await prepareElector(elector, signal);
    return undefined;
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
}
