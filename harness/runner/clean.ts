import { existsSync, rmSync } from "node:fs";
import { reap } from "../clusters/ledger.ts";
import { abandoned } from "./state.ts";

export type Cleaned = { readonly run: string; readonly processes: readonly number[] };

/** Ends every process that a dead harness left and removes what it kept; a living run is not touched. */
export function clean(): readonly Cleaned[] {
  return abandoned().map(({ run, folder, ledger }) => {
    const processes = existsSync(ledger) ? reap(ledger) : [];
    rmSync(folder, { recursive: true, force: true });
    return { run, processes };
  });
}
