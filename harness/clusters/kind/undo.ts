import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What was done to a cluster, by what undoes it. run: a program of a node, given `input`. uncordon, start: a node.
 * None does harm where nothing is to be undone any more.
 */
export type Undo =
  | {
      readonly kind: "run";
      /** In the words of who tells what was undone. */
      readonly what: string;
      readonly node: string;
      readonly argv: readonly string[];
      readonly input?: string;
    }
  | { readonly kind: "uncordon" | "start"; readonly cluster: string; readonly node: string };

/** Notes, before something is done, how it is undone: `clean` does it when the harness was killed meanwhile. */
export type NoteUndo = (undo: Undo) => void;

const fileIn = (folder: string): string => join(folder, "kind-undo");

/** Notes in a run's state folder. */
export const noteUndo =
  (folder: string): NoteUndo =>
  (undo) =>
    appendFileSync(fileIn(folder), `${JSON.stringify(undo)}\n`);

/** What a run noted, each once, the last first; a line that was cut short was not done yet. */
export function notedUndos(folder: string): readonly Undo[] {
  if (!existsSync(fileIn(folder))) return [];
  const lines = readFileSync(fileIn(folder), "utf8").split("\n").slice(0, -1);
  return [...new Set(lines.toReversed())].map((line) => JSON.parse(line) as Undo);
}
