import type { Elector } from "../core/elector.ts";
import { InputError } from "../core/errors.ts";
import { migrates, type Scenario } from "../core/scenario.ts";
import { loadElector } from "./load.ts";
import { placeOf } from "./place.ts";

/** What both are judged by: one history has one profile. */
const SHARED = ["observe", "timing", "tunable", "release", "fencing", "profile", "workload"] as const;

/**
 * The elector that this scenario rolls `elector` to; undefined where it migrates nobody. InputError for an elector that
 * names none, or one that cannot be judged by the same profile.
 */
export async function successorFor(elector: Elector, scenario: Scenario): Promise<Elector | undefined> {
  if (!migrates(scenario)) return undefined;
  const { name, file } = elector;
  const where = placeOf(file, "successor");
  if (elector.successor === undefined)
    throw new InputError(
      `${name} names no successor, and this scenario rolls to one`,
      where,
      "name the elector.yaml of what is rolled to: successor: ../new/elector.yaml",
    );
  const found = await loadElector(elector.successor);
  if (elector.manifests !== undefined || found.manifests !== undefined)
    throw new InputError(
      `${name} is rolled to ${found.name}, and what is run from its own manifests is rolled to nothing else`,
      where,
      "roll one image, or command, to another",
    );
  const other = SHARED.find((field) => JSON.stringify(elector[field]) !== JSON.stringify(found[field]));
  if (other === undefined) return found;
  throw new InputError(
    `${name} and its successor ${found.name} differ in ${other === "profile" ? "bounds" : other}`,
    where,
    "both are judged by one profile: give them the same",
  );
}
