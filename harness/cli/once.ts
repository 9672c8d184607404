import type { Elector } from "../core/elector.ts";
import { InputError } from "../core/errors.ts";

const twiceIn = (names: readonly string[]): string | undefined => names.find((name, at) => names.indexOf(name) !== at);

/** InputError for a scenario that is given twice: both its runs would go into one folder. */
export function scenariosOnce(names: readonly string[]): void {
  const twice = twiceIn(names);
  if (twice === undefined) return;
  throw new InputError(
    `the scenario ${twice} is given twice`,
    {},
    "give it once; --trials N runs it more often, with times of their own",
  );
}

/** InputError for electors of one name: their runs share a folder and a cell of the matrix. */
export function electorsOnce(electors: readonly Elector[]): void {
  const name = twiceIn(electors.map((elector) => elector.name));
  if (name === undefined) return;
  const files = electors.filter((elector) => elector.name === name).map(({ file }) => file);
  if (new Set(files).size < files.length)
    throw new InputError(`the elector ${name} is given twice`, {}, "give it once; --trials N runs it more often");
  throw new InputError(
    `${files.join(" and ")} are both called ${name}`,
    {},
    "they are told apart by their names: give one of them another, in its field name:",
  );
}
