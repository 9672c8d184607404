import type { PropertyResult } from "./verdict.ts";
import type { View } from "./view.ts";

/** A property: pure; (what was seen) → verdict. */
export type Property = {
  readonly name: string;
  /** One line for `list properties`. */
  readonly summary: string;
  judge(view: View): Omit<PropertyResult, "name">;
};

export const defineProperty = (property: Property): Property => property;
