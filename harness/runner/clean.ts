import { existsSync } from "node:fs";
import { reap } from "../clusters/ledger.ts";
import { abandoned, removeState } from "./state.ts";

export type Cleaned = { readonly run: string; readonly processes: readonly number[] };

/** Ends every process that a dead harness left and removes what it kept; a living run is not touched. */
export function clean(): readonly Cleaned[] {
  return abandoned().map(({ run, folder, memory, ledger }) => {
    const processes = existsSync(ledger) ? reap(ledger) : [];
    removeState({ folder, memory });
    return { run, processes };
  });
}
