import type { Elector } from "../../harness/core/elector.ts";
import { HarnessError, InputError } from "../../harness/core/errors.ts";
import { findElector, listElectors, listMutants } from "../../harness/electors/catalogue.ts";
import { prepareElector } from "../../harness/electors/prepare.ts";
import { checkElector } from "../../harness/runner/homes.ts";
import type { Subject } from "./tally.ts";

export type Prepared = { readonly subject: Subject; readonly elector: Elector };

/** Of the mutants only these, by id or by name; of the right electors only these. */
export type Asked = { readonly mutants?: readonly string[]; readonly electors?: readonly string[] };

/**
 * Every mutant and every elector of the package, all of which are right (or those asked for), that this machine can run;
 * the others are told to `skip`.
 */
export async function prepareSubjects(
  { mutants: asked, electors }: Asked,
  cluster: string,
  skip: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly Prepared[]> {
  const mutants = await listMutants();
  for (const each of asked ?? [])
    if (!mutants.some(({ id, name }) => id === each || name === each))
      throw new InputError(
        `there is no mutant "${each}"`,
        { field: "--mutants" },
        `give some of ${mutants.map(({ name }) => name).join(", ")}, or their ids alone`,
      );
  for (const { name, shows } of mutants.filter(({ successor }) => successor !== undefined))
    skip(`${name} is left out: it shows where it is rolled to another, in ${shows.join(", ")}`);
  const tried = mutants
    .filter(({ successor }) => successor === undefined)
    .filter(({ id, name }) => asked === undefined || asked.includes(id) || asked.includes(name))
    .map(({ name, named }) => ({ name, kind: named.length > 0 ? "mutant" : "measure", named }) as const);
  const all = (await listElectors()).filter(({ work }) => work === undefined); // those need a real API
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
    try {
      checkElector(cluster, elector);
      await prepareElector(elector, signal);
      prepared.push({ subject, elector });
    } catch (error) {
      if (!(error instanceof HarnessError || error instanceof InputError)) throw error;
      skip(`${subject.name} is left out: ${error.message}`);
    }
  }
  return prepared;
}
