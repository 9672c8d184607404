import type { ElectorProfile } from "./elector.ts";
import type { PropertyResult } from "./verdict.ts";
import type { View } from "./view.ts";

/** A property: pure; (what was seen) → verdict. */
export type Property = {
  readonly name: string;
  /** One line for `list properties`. */
  readonly summary: string;
  /** Why nothing of it can ever be seen of an elector so declared: it is then not judged, and that is said. */
  inapplicable?(elector: ElectorProfile): string | undefined;
  judge(view: View): Omit<PropertyResult, "name">;
};

export const defineProperty = (property: Property): Property => property;
