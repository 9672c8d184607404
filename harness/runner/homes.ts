import { openEmbedded } from "../clusters/embedded.ts";
import type { Home, HomeOptions } from "../clusters/home.ts";
import { hasNetem } from "../clusters/netem.ts";
import type { RuntimeName } from "../clusters/runtime.ts";
import type { Capability } from "../core/cluster.ts";
import type { Elector } from "../core/elector.ts";
import { assert, InputError } from "../core/errors.ts";
import { placeOf } from "../electors/place.ts";
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
        placeOf(file, "work"),
        "run it with --cluster apiserver",
      );

/** What a user's manifests say of pods only a kubelet does. */
const needsKubelets = ({ name, file, manifests }: Elector): InputError | undefined =>
  manifests === undefined
    ? undefined
    : new InputError(
        `${name} is run from its own manifests, and its pods by kubelets`,
        placeOf(file, "manifests"),
        "run it with --cluster kind",
      );

/** What stands beside a workload is checked against no permissions of a context's user, and its nodes are not counted. */
function needsOwnCluster(elector: Elector): InputError | undefined {
  const { name, file, manifests, workload } = elector;
  if (manifests !== undefined || workload !== "DaemonSet") return needsKubelets(elector);
  return new InputError(
    `${name} is a DaemonSet, and how many pods that makes in a context is not known`,
    placeOf(file, "workload"),
    "run it with --cluster kind",
  );
}

const homes: Record<string, HomeKind> = {
  embedded: {
    summary: "an API server in process; each pod is a process of this machine",
    capabilities: [...COMMON, "nodes"],
    open: openEmbedded,
    refusal: (elector) => needsKubelets(elector) ?? needsRealApi(elector),
  },
  apiserver: {
    summary:
      "etcd, kube-apiserver, its controllers and scheduler, of this run's own; pods are processes of this machine",
    capabilities: [...COMMON, "nodes", "etcd", "machines"],
    // What only a real API needs is loaded when there is one.
    open: async (options, signal) => (await import("../clusters/apiserver/home.ts")).openApiserver(options, signal),
    refusal: needsKubelets,
  },
  kind: {
    summary: "a kind cluster made for this command; pods from images, on nodes that are containers",
    // A kernel is asked only by who wants to know.
    get capabilities(): readonly Capability[] {
      const always = [...COMMON, "nodes", "unplug", "network", "machines"] as const;
      return hasNetem() ? [...always, "netem"] : always;
    },
    open: () => assertUnreachable(),
  },
  simulation: {
    summary: "virtual time in one thread, the same bytes for the same seed; for electors that live in process",
    capabilities: COMMON,
    open: openSimulation,
    refusal: (elector) => needsKubelets(elector) ?? refusalOf(elector),
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

/** What a run may do where it runs: what its pods run as, and whether the user lets a context's nodes be touched. */
export type Permitted = { readonly runtime?: RuntimeName | undefined; readonly touchNodes?: boolean | undefined };

/** What trials of the named home, or of a context, can do. */
export const capabilitiesOf = (
  name: string,
  { runtime, touchNodes = false }: Permitted = {},
): ReadonlySet<Capability> =>
  new Set([
    ...(homes[name]?.capabilities ?? inContext(touchNodes)),
    ...(runtime === "container" ? (["unplug"] as const) : []),
  ]);

/** Why a home, or a context of that name, cannot run the elector. */
export function refusalBy(name: string, elector: Elector): InputError | undefined {
  const home = homes[name];
  return home === undefined ? needsOwnCluster(elector) : home.refusal?.(elector);
}

/** Throws the InputError of a home that cannot run the elector. */
export function checkElector(name: string, elector: Elector): void {
  const refusal = refusalBy(name, elector);
  if (refusal !== undefined) throw refusal;
}

/** Opens the named home of clusters for one run. */
export const openHome = (name: string, options: HomeOptions, signal: AbortSignal): Promise<Home> =>
  kindOf(name).open(options, signal);
