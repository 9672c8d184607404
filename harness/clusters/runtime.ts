import type { HarnessError } from "../core/errors.ts";
import type { Recorder } from "../core/events.ts";
import type { Bounds } from "../core/time.ts";
import type { Container } from "../kubernetes/rollout/types.ts";
import type { Line } from "./lines.ts";

export type RuntimeName = "process" | "container";

export type Stream = "stdout" | "stderr";
export type Exit = { readonly code: number | null; readonly signal: string | null; readonly bounds: Bounds };

/** How to start a container's processes. */
export type Launch = {
  /** What is run; of an image, what its entry point is given. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Only where images are run. */
  readonly image?: string;
};

/** Which pod of the run. */
export type Place = { readonly namespace: string; readonly pod: string };

export type StartOptions = Launch &
  Place & {
    /** The pod's, as `address()` gave it. */
    readonly address: string;
    readonly clock: Pick<Recorder, "now" | "since">;
    readonly lines: (stream: Stream, lines: readonly Line[]) => void;
    /** The process lives, but its stdout has been closed within [since, at] and stays so; told again while it lasts. */
    readonly silent: (bounds: Bounds) => void;
    /** Called once, after the last line. */
    readonly ended: (exit: Exit) => void;
  };

/** A process at work, with all that it started. */
export type Running = {
  readonly pid: number;
  /** Between which instants it was started. */
  readonly started: Bounds;
  /** To the process itself; a promise where it takes time until it was sent. */
  signal(signal: NodeJS.Signals): Promise<void> | void;
  /** SIGKILL to all; it is on its way when this returns. */
  kill(): void;
  /** Freezes all; resolves when all were seen frozen, rejects when there is none (any more). */
  freeze(signal: AbortSignal): Promise<void>;
  thaw(): Promise<void> | void;
  /** Whether all are frozen at this instant. */
  isFrozen(): boolean;
};

/** By what a replica knows the API: the text of a kubeconfig, and what a pod finds of its service account in a cluster. */
export type Credentials = {
  readonly kubeconfig: string;
  readonly ca: string;
  readonly token: string;
};

export type Equipment = {
  /** As the replica sees it. */
  readonly kubeconfigPath: string;
  /** Where it sees the files of its service account; absent where its cluster gives it some. */
  readonly accountFolder?: string;
  /** More of the replica's environment. */
  readonly env: Readonly<Record<string, string>>;
};

/** By what a pod's containers run on this machine. Disposing ends all that it started. */
export interface Runtime extends AsyncDisposable {
  /** The address at which replicas reach what this process listens on. */
  readonly host: string;
  /** The next pod's address, reached from here. */
  address(): string;
  /** What the replicas may find of this process's own environment. */
  readonly ours: Readonly<Record<string, string | undefined>>;
  /** Writes what a replica knows the API by, and says where it finds it. */
  equip(replica: Place, credentials: Credentials): Equipment;
  /** The replica is gone: what `equip` wrote can go too. */
  strip(replica: Place): void;
  launch(container: Container, env: Readonly<Record<string, string>>, elsewhere: string): Promise<Launch>;
  /** Rejects with the system's error when it cannot be started, or with `failure()`. */
  start(options: StartOptions): Promise<Running>;
  /**
   * Runs a command as a container's is run, beside it: whether it ended with 0. It is killed when the signal aborts.
   * Absent where only what is in the container could be asked.
   */
  endsWell?(command: Launch & Pick<StartOptions, "clock">, signal: AbortSignal): Promise<boolean>;
  /** Takes a pod out of its network until what it returns is called; absent where pods share this machine's. */
  unplug?(replica: Place & { readonly address: string }): Promise<() => Promise<void>>;
  /** Why it can start nothing more, nor tell of ends; undefined while it works. */
  failure(): HarnessError | undefined;
}
