import type { PropertyResult } from "./verdict.ts";
import type { View } from "./view.ts";

/** A property: pure; (what was seen) → verdict. */
export type Property = {
  readonly name: string;
  /** One line for `list properties`. */
  readonly summary: string;
  /** Why the elector gives nothing that it could be judged by: it is then left out of the verdict, and that is said. */
  inapplicable?(view: View): string | undefined;
  judge(view: View): Omit<PropertyResult, "name">;
};

export const defineProperty = (property: Property): Property => property;
