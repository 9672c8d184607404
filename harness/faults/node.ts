import type { Replica } from "../core/cluster.ts";
import { HarnessError } from "../core/errors.ts";

/** Where a replica runs; HarnessError where its cluster does not tell. */
export function nodeOf({ replica, node }: Replica): string {
  if (node === undefined) throw new HarnessError(`this cluster does not tell on which node ${replica} runs`);
  return node;
}
