import { allProperties } from "../checkers/index.ts";
import type { Elector } from "../core/elector.ts";
import { InputError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { placeOf } from "../electors/place.ts";
import { scenarioNames } from "./scenarios.ts";

/** Stands for every scenario. */
const EVERY = "*";

/** Throws InputError for a known limit of a scenario or property that there is not: it would admit nothing, unsaid. */
export function checkKnownLimits({ file, knownLimits }: Pick<Elector, "file" | "knownLimits">): void {
  const scenarios = [...scenarioNames(), EVERY];
  const properties = allProperties.map(({ name }) => name);
  for (const [scenario, admitted] of Object.entries(knownLimits ?? {})) {
    const check = (kind: string, name: string, known: readonly string[], list: string): void => {
      if (known.includes(name)) return;
      const near = nearest(name, known);
      throw new InputError(
        `there is no ${kind} "${name}"`,
        placeOf(file, "knownLimits", scenario),
        `${near === undefined ? "" : `did you mean "${near}"? `}\`interregnum list ${list}\` shows them all`,
      );
    };
    check("scenario", scenario, scenarios, "scenarios");
    for (const property of admitted) check("property", property, properties, "properties");
  }
}
