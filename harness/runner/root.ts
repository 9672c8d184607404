import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function find(from: string): string {
  if (existsSync(join(from, "scenarios")) && existsSync(join(from, "fixtures"))) return from;
  return find(dirname(from));
}

/** The folder that holds scenarios/ and fixtures/: the clone, or the package's dist. */
export const packageRoot = find(dirname(fileURLToPath(import.meta.url)));
