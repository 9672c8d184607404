import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../harness/runner/root.ts";

const file = join(packageRoot, "docs", "track-record.md");
const END = "<!-- the matrix ends -->";
const beginOf = (cluster: string): string =>
  `<!-- npm run detection -- ${cluster === "embedded" ? "" : `--cluster ${cluster} `}--write -->`;

/** The page with the text of one cluster's matrix replaced; throws where it has no marks for it. */
export function replaced(page: string, text: string, cluster: string): string {
  const mark = beginOf(cluster);
  const begin = page.indexOf(mark);
  const end = page.indexOf(END, begin);
  if (begin === -1 || end === -1) throw new Error(`${file} has no lines "${mark}" and "${END}" to write between`);
  return `${page.slice(0, begin + mark.length)}\n\n${text}\n\n${page.slice(end)}`;
}

/** Writes the matrix of one cluster into docs/track-record.md. */
export function writeTrackRecord(text: string, cluster: string): void {
  writeFileSync(file, replaced(readFileSync(file, "utf8"), text, cluster));
}
