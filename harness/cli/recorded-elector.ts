import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Elector } from "../core/elector.ts";
import { InputError } from "../core/errors.ts";
import type { Origin, RunDocument } from "../core/run.ts";
import { findElector } from "../electors/catalogue.ts";
import { loadElector } from "../electors/load.ts";

/** The elector of a run, from where it came from then; InputError where it is there no more. */
export async function recordedElector({ elector: name, environment }: RunDocument, folder: string): Promise<Elector> {
  const run = join(folder, "run.json");
  const mend = "give the elector that is to be run: --elector FILE";
  const { elector: origin } = environment;
  if (origin?.file !== undefined) {
    if (existsSync(origin.file)) return loadElector(origin.file);
    throw new InputError(
      `its elector ${name} was read from ${origin.file}, and there is no such file here`,
      { file: run, field: "environment.elector.file" },
      mend,
    );
  }
  try {
    return await findElector(name);
  } catch (error) {
    // An older run does not tell where its elector came from.
    if (!(error instanceof InputError) || origin !== undefined) throw error;
    throw new InputError(`its elector ${name} is none of \`list electors\``, { file: run, field: "elector" }, mend);
  }
}

/** What is run again may be mended meanwhile: that is what a replay is for, and it is said. */
export function warnOfChange(
  { environment: { elector: then } }: RunDocument,
  now: Origin,
  { name, file }: Elector,
): void {
  if (then === undefined || (then.digest === now.digest && then.successor === now.successor)) return;
  console.error(`warning: the elector ${name} (${file}) is declared otherwise than when this run was recorded`);
}
