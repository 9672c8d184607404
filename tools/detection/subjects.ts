import type { Elector } from "../../harness/core/elector.ts";
import { HarnessError, InputError } from "../../harness/core/errors.ts";
import { findElector, listDeviations } from "../../harness/electors/catalogue.ts";
import { prepareElector } from "../../harness/electors/prepare.ts";
import type { Subject } from "./tally.ts";

/** Electors that are right: accusing one of them is a bug of the harness. */
const RIGHT = ["reference", "client-go", "client-go-release"];

export type Prepared = { readonly subject: Subject; readonly elector: Elector };

/** Every mutant (or those asked for) and every right elector that this machine can run; the others are named to `skip`. */
export async function prepareSubjects(
  asked: readonly string[] | undefined,
  skip: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly Prepared[]> {
  const deviations = await listDeviations();
  for (const id of asked ?? [])
    if (!deviations.some((deviation) => deviation.id === id))
      throw new InputError(
        `there is no mutant "${id}"`,
        { field: "--mutants" },
        `give some of ${deviations.map((deviation) => deviation.id).join(", ")}`,
      );
  const mutants = deviations
    .filter(({ id }) => asked === undefined || asked.includes(id))
    .map(
      ({ id, named }) => ({ name: `reference+${id}`, kind: named.length > 0 ? "mutant" : "measure", named }) as const,
    );
  const right = RIGHT.map((name) => ({ name, kind: "right", named: [] }) as const);
  const prepared: Prepared[] = [];
  for (const subject of [...mutants, ...right]) {
    const elector = await findElector(subject.name);
    try {
      await prepareElector(elector, signal);
      prepared.push({ subject, elector });
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      skip(`${subject.name} is left out: ${error.message}`);
    }
  }
  return prepared;
}
