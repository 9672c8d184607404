import { openEmbedded } from "../clusters/embedded.ts";
import type { Home, HomeOptions } from "../clusters/home.ts";
import type { Capability } from "../core/cluster.ts";
import type { Elector } from "../core/elector.ts";
import { assert, InputError } from "../core/errors.ts";
import { openSimulation, refusalOf } from "../simulation/home.ts";

type HomeKind = {
  /** One line for `list clusters`. */
  readonly summary: string;
  /** What a trial there can do, where its faults ask for it. */
  readonly capabilities: readonly Capability[];
  open(options: HomeOptions, signal: AbortSignal): Promise<Home>;
  /** Why it cannot run this elector. */
  refusal?(elector: Elector): InputError | undefined;
};

/** A kind cluster is made once a command: see openGround. */
function assertUnreachable(): never {
  throw new Error("kind stands on a ground");
}

const COMMON: readonly Capability[] = ["signals", "gate", "rollout", "record", "scale", "restart", "api"];
/** What a setup holds is of kinds and permissions that only a real API has. */
const needsRealApi = ({ name, file, work }: Elector): InputError | undefined =>
  work?.setup === undefined && work?.feed === undefined
    ? undefined
    : new InputError(
        `${name} works upon objects that the embedded API does not have`,
        { file, field: "work" },
        "run it with --cluster apiserver",
      );

const homes: Record<string, HomeKind> = {
  embedded: {
    summary: "an API server in process; each pod is a process of this machine",
    capabilities: [...COMMON, "nodes"],
    open: openEmbedded,
    refusal: needsRealApi,
  },
  apiserver: {
    summary:
      "etcd, kube-apiserver, its controllers and scheduler, of this run's own; pods are processes of this machine",
    capabilities: [...COMMON, "nodes", "etcd"],
    // What only a real API needs is loaded when there is one.
    open: async (options, signal) => (await import("../clusters/apiserver/home.ts")).openApiserver(options, signal),
  },
  kind: {
    summary: "a kind cluster made for this command; pods from images, on nodes that are containers",
    capabilities: [...COMMON, "nodes"],
    open: () => assertUnreachable(),
  },
  simulation: {
    summary: "virtual time in one thread, the same bytes for the same seed; for electors that live in process",
    capabilities: COMMON,
    open: openSimulation,
    refusal: refusalOf,
  },
};

/** What a context of a kubeconfig can do: its nodes are touched with consent only. */
const inContext = (touchNodes: boolean): readonly Capability[] => (touchNodes ? [...COMMON, "nodes"] : COMMON);

/** What `--cluster` takes, beside the user's contexts. */
export const homeNames: readonly string[] = Object.keys(homes);

/** Each with its line. */
export const listHomes = (): readonly { readonly name: string; readonly summary: string }[] =>
  Object.entries(homes).map(([name, { summary }]) => ({ name, summary }));

const kindOf = (name: string): HomeKind => {
  const kind = homes[name];
  assert(kind !== undefined, `no home is named ${name}`);
  return kind;
};

/** What trials of the named home, or of a context, can do; `touchNodes`: the user lets a context's nodes be touched. */
export const capabilitiesOf = (name: string, touchNodes = false): ReadonlySet<Capability> =>
  new Set(homes[name]?.capabilities ?? inContext(touchNodes));

/** Throws the InputError of a home that cannot run the elector. */
export function checkElector(name: string, elector: Elector): void {
  const refusal = homes[name]?.refusal?.(elector);
  if (refusal !== undefined) throw refusal;
}

/** Opens the named home of clusters for one run. */
export const openHome = (name: string, options: HomeOptions, signal: AbortSignal): Promise<Home> =>
  kindOf(name).open(options, signal);
