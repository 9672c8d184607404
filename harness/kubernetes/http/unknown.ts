import { badRequest } from "../errors.ts";
import type { Validation } from "./options.ts";

/** Told the paths of fields that a kind has not: a strict client is refused, another is warned unless it ignores them. */
export const unknownFields =
  (kind: string, version: string, validation: Validation, warnings: string[]) =>
  (paths: readonly string[]): void => {
    const texts = paths.map((path) => `unknown field "${path}"`);
    if (validation === "Strict")
      throw badRequest(
        `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${texts.join(", ")}`,
      );
    if (validation === "Warn") warnings.push(...texts);
  };
