import { assert } from "../core/errors.ts";
import { openEmbedded } from "./embedded.ts";
import type { Home, HomeOptions } from "./home.ts";

const homes: Record<string, (options: HomeOptions, signal: AbortSignal) => Promise<Home>> = {
  embedded: openEmbedded,
};

/** What `--cluster` takes. */
export const homeNames: readonly string[] = Object.keys(homes);

/** Opens the named home of clusters for one run. */
export function openHome(name: string, options: HomeOptions, signal: AbortSignal): Promise<Home> {
  const open = homes[name];
  assert(open !== undefined, `no home is named ${name}`);
  return open(options, signal);
}
