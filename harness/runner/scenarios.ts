import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import type { Scenario } from "../core/scenario.ts";
import { packageRoot } from "./root.ts";

const folder = join(packageRoot, "scenarios");
const ending = existsSync(join(folder, "calm.ts")) ? ".ts" : ".js";

/** Names of all scenarios: the files of scenarios/. */
export const scenarioNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending) && !file.endsWith(".d.ts"))
    .map((file) => basename(file, ending))
    .toSorted();

/** Loads a scenario by name; InputError with the nearest name when there is none. */
export async function loadScenario(name: string): Promise<Scenario> {
  const names = scenarioNames();
  if (!names.includes(name)) {
    const near = nearest(name, names);
    throw new InputError(
      `there is no scenario "${name}"`,
      { field: "scenario" },
      `${near === undefined ? "" : `did you mean "${near}"? `}\`interregnum list scenarios\` shows them all`,
    );
  }
  const module = (await import(pathToFileURL(join(folder, name + ending)).href)) as { default: Scenario };
  return module.default;
}
