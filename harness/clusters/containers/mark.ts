import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const markIn = (folder: string): string => join(folder, "containers");

/** Notes that the run whose state is in `folder` makes containers, before it makes any. */
export function noteContainers(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(markIn(folder), "");
}

/** Whether that run may have left containers. */
export const mayHaveContainers = (folder: string): boolean => existsSync(markIn(folder));
