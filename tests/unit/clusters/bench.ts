import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A folder of the test's own. */
export function temporaryFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), "interregnum-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Waits for a condition; the test's own time limit is the bound. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

/** The environment that small shell scripts need. */
export const shellEnv = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", INTERREGNUM_RUN: "test" };
