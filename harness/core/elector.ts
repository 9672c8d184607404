import { seconds, type Millis } from "./time.ts";

/** Nodes on which a DaemonSet's pods run, a pod each, unless a home says otherwise. */
export const DAEMONS = 3;

/** Replicas that any trial may have. */
export const MOST_REPLICAS = 50;

export type LockKind = "Lease" | "ConfigMap" | "Endpoints";

/** Of a lease and its parts: a trial waits for some of them, in virtual time too. */
export const LONGEST_PERIOD = seconds(3600);

/** client-go's three timings; an elector that declares no renewDeadline is not held to step-down. */
export type Timing = {
  readonly leaseDuration: Millis;
  readonly renewDeadline?: Millis;
  readonly retryPeriod: Millis;
};

/** A page of metrics with a gauge that is 1 while the replica leads. */
export type MetricsPage = {
  readonly via: "metrics";
  /** Of https any certificate is taken: a component signs its own. */
  readonly scheme: "http" | "https";
  readonly port: number;
  readonly path: string;
  readonly metric: string;
  /** The value of the gauge's label `name` where there are several. */
  readonly name?: string;
};

/** A program beside the elector in each of its pods: how it runs as a process, and how as a container. */
export type Beside = {
  /** As a process of this machine. */
  readonly command?: readonly string[];
  /** Of a container; the elector's own image where it is absent. */
  readonly image?: string;
  /** In place of the image's entry point. */
  readonly entrypoint?: readonly string[];
  readonly args?: readonly string[];
};

/** Where a replica's own statement of its leadership is read. */
export type Observe =
  | { readonly via: "stdout" }
  | { readonly via: "http"; readonly port: number; readonly path: string }
  | MetricsPage
  /** With `metrics` the page is asked beside the log: its answers must agree with the record, and claim nothing. */
  | { readonly via: "log"; readonly acquired: string; readonly lost: string; readonly metrics?: MetricsPage }
  | { readonly via: "record" };

/** What an elector that works through the API itself works upon. */
export type Work = {
  /** Calls through a replica's gate that are guarded work, as "create pods/binding": verb and resource. */
  readonly acts: readonly string[];
  /** Absolute path of manifests that a trial makes before its replicas. */
  readonly setup?: string;
  /** Absolute path of the manifest of one object, made anew over and over while the trial lasts. */
  readonly feed?: string;
};

/** Liveness bound as multiples: leases·L + retries·P + replies·δ. */
export type Bound = { readonly leases: number; readonly retries: number; readonly replies: number };

/** The bounds an elector's own profile promises; see VERDICTS "failover". */
export type Profile = {
  /** From the moment the leader is gone to the next claim. */
  readonly takeover: Bound;
  /** From the commit of a release to the next claim. */
  readonly afterRelease: Bound;
};

/** client-go: a standby polls every P·U(1, 2.2); it must see the last renewal (2.2 P), wait L, and poll again (2.2 P). */
export const clientGoProfile: Profile = {
  takeover: { leases: 1, retries: 4.4, replies: 3 },
  afterRelease: { leases: 0, retries: 2.2, replies: 2 },
};

/** What a history's header says of the elector: all that a checker may know of it. */
export type ElectorProfile = {
  readonly name: string;
  readonly lock: LockKind;
  readonly observe: Observe["via"];
  readonly timing: Timing;
  readonly release: boolean;
  readonly fencing: boolean;
  readonly profile: Profile;
  /** scenario, or "*" for every one → properties that upstream admits it breaks. */
  readonly knownLimits: Readonly<Record<string, readonly string[]>>;
};

/** A Kubernetes object as a user wrote it. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
};

/** An object with where it was read, for the words of a refusal. */
export type Piece = { readonly object: Manifest; readonly file: string; readonly line: number };

/** An elector's own manifests, read and sorted out; what a trial changes of them it changes in memory. */
export type Manifests = {
  /** A Deployment or a DaemonSet: what makes the replicas. */
  readonly workload: Piece;
  /** The container of its pods whose process is the replica. */
  readonly container: string;
  /** The ServiceAccount that its pods run as; absent where the harness supplies one. */
  readonly account?: string;
  /** What stands beside it; all of it is namespaced, and made before it. */
  readonly objects: readonly Piece[];
  /** What is run otherwise than it was written, a sentence each. */
  readonly notes: readonly string[];
};

/** An elector as its elector.yaml declares it, ready to be run. */
export type Elector = Omit<ElectorProfile, "lock" | "observe"> & {
  readonly summary: string;
  /** Absolute folder of the elector.yaml: where build and command run. */
  readonly directory: string;
  readonly file: string;
  readonly build?: readonly string[];
  /** The cache that ${BUILD_DIR} of build and command stood for; absent where they do not name it. */
  readonly buildFolder?: string;
  /** Programs that must be on PATH (`go`); absent ones make the elector skipped by name. */
  readonly requires: readonly string[];
  readonly command?: readonly string[];
  /** More containers of each replica's pod, by name. */
  readonly containers?: Readonly<Record<string, Beside>>;
  readonly image?: string;
  /** Of the image's entry point; the words of `command` after its program where they are absent. */
  readonly args?: readonly string[];
  /** Absolute folder in which the Dockerfile in `directory` is built; absent where it is that folder. */
  readonly context?: string;
  readonly manifests?: Manifests;
  /** Absolute path of the module by which it lives in process. */
  readonly simulate?: string;
  readonly env: Readonly<Record<string, string>>;
  /** `beside`: a kind of which it holds an object of that name too. */
  readonly lock: { readonly kind: LockKind; readonly name: string; readonly beside?: LockKind };
  readonly observe: Observe;
  /** Asked on the pod's address for whether the pod is ready; absent: as soon as its process runs. */
  readonly ready?: { readonly port: number; readonly path: string };
  readonly work?: Work;
  readonly tunable: boolean;
  readonly replicas: number;
  /** What makes its pods; a Deployment unless told. */
  readonly workload?: "Deployment" | "DaemonSet";
  /** The elector.yaml of what a migration rolls to; absolute. */
  readonly successor?: string;
};
