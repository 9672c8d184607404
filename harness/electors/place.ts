import { readFileSync } from "node:fs";
import { readSource } from "./source.ts";

/** Where a field of an elector.yaml that was loaded stands, for an InputError; without a line where it is read no more. */
export function placeOf(
  file: string,
  ...path: readonly string[]
): { readonly file: string; readonly line?: number; readonly field: string } {
  const field = path.join(".");
  try {
    return { file, line: readSource(readFileSync(file, "utf8"), file).lineOf(path), field };
  } catch {
    return { file, field }; // it was edited or removed since
  }
}
