import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../harness/runner/root.ts";

const file = join(packageRoot, "docs", "track-record.md");
const [BEGIN, END] = ["<!-- npm run detection -- --write -->", "<!-- the matrix ends -->"];

/** The page with the text between its two marks replaced; throws where it has no marks. */
export function replaced(page: string, text: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`${file} has no lines "${BEGIN}" and "${END}" to write between`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`;
}

/** Writes the matrix into docs/track-record.md. */
export function writeTrackRecord(text: string): void {
  writeFileSync(file, replaced(readFileSync(file, "utf8"), text));
}
