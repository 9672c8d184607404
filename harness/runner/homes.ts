import { openEmbedded } from "../clusters/embedded.ts";
import type { Home, HomeOptions } from "../clusters/home.ts";
import type { Elector } from "../core/elector.ts";
import { assert, type InputError } from "../core/errors.ts";
import { openSimulation, refusalOf } from "../simulation/home.ts";

type HomeKind = {
  /** One line for `list clusters`. */
  readonly summary: string;
  open(options: HomeOptions, signal: AbortSignal): Promise<Home>;
  /** Why it cannot run this elector. */
  refusal?(elector: Elector): InputError | undefined;
};

const homes: Record<string, HomeKind> = {
  embedded: { summary: "an API server in process; each pod is a process of this machine", open: openEmbedded },
  apiserver: {
    summary:
      "etcd, kube-apiserver, its controllers and scheduler, of this run's own; pods are processes of this machine",
    // What only a real API needs is loaded when there is one.
    open: async (options, signal) => (await import("../clusters/apiserver/home.ts")).openApiserver(options, signal),
  },
  simulation: {
    summary: "virtual time in one thread, the same bytes for the same seed; for electors that live in process",
    open: openSimulation,
    refusal: refusalOf,
  },
};

/** What `--cluster` takes. */
export const homeNames: readonly string[] = Object.keys(homes);

/** Each with its line. */
export const listHomes = (): readonly { readonly name: string; readonly summary: string }[] =>
  Object.entries(homes).map(([name, { summary }]) => ({ name, summary }));

const kindOf = (name: string): HomeKind => {
  const kind = homes[name];
  assert(kind !== undefined, `no home is named ${name}`);
  return kind;
};

/** Throws the InputError of a home that cannot run the elector. */
export function checkElector(name: string, elector: Elector): void {
  const refusal = kindOf(name).refusal?.(elector);
  if (refusal !== undefined) throw refusal;
}

/** Opens the named home of clusters for one run. */
export const openHome = (name: string, options: HomeOptions, signal: AbortSignal): Promise<Home> =>
  kindOf(name).open(options, signal);
