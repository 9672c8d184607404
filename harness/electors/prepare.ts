import type { Elector } from "../core/elector.ts";
import { HarnessError, InputError } from "../core/errors.ts";
import { buildElector } from "./build.ts";
import { placeOf } from "./place.ts";
import { missingPrograms, programOf } from "./programs.ts";

/**
 * Builds the elector and sees that its command can be run, before anything starts. HarnessError when a program that it
 * requires is absent (such an elector is skipped by name); InputError when its build fails or its command is missing.
 */
export async function prepareElector(elector: Elector, signal: AbortSignal): Promise<void> {
  await prepareBuild(elector, signal);
  await checkProgram(elector, ["command"], elector.command?.[0]);
  for (const [name, { command }] of Object.entries(elector.containers ?? {}))
    await checkProgram(elector, ["containers", name], command?.[0]);
}

/** Builds the elector. HarnessError when a program that it requires is absent, InputError when its build fails. */
export async function prepareBuild(elector: Elector, signal: AbortSignal): Promise<void> {
  const absent = await missingPrograms(elector);
  if (absent.length > 0)
    throw new HarnessError(`${elector.name} needs ${absent.join(" and ")}, not found on PATH`, {
      mend: `install ${absent.join(" and ")}, or put it on PATH`,
    });
  await buildElector(elector, signal);
}

async function checkProgram(elector: Elector, field: readonly string[], program: string | undefined): Promise<void> {
  if (program === undefined || (await programOf(program, elector.directory)) !== undefined) return;
  throw new InputError(
    `"${program}" is no program: ${program.includes("/") ? `not an executable file in ${elector.directory}` : "not on PATH"}`,
    placeOf(elector.file, ...field),
    elector.build === undefined
      ? "name an executable file of that folder (./elector) or a program on PATH, or add the build that makes it"
      : `the build has to make it: ${elector.build.join(" ")}`,
  );
}
