import type { Bounds } from "../core/time.ts";
import type { Container, Pod } from "../kubernetes/rollout/types.ts";
import type { Line } from "./lines.ts";
import type { Exit, Launch, Running, Stream } from "./runtime.ts";

/** One process of one container; counted from 1. */
export type ContainerProcess = { readonly pod: Pod; readonly container: Container; readonly incarnation: number };

/** Whom a kubelet asks how to run its pods, and tells what became of them. All but `prepare` and `released` are called synchronously. */
export interface PodHost {
  /** Makes ready what the pod needs; rejects when it can never run. Called once a pod, before its first process. */
  prepare(pod: Pod, address: string): Promise<(container: Container) => Launch>;
  started(process: ContainerProcess, running: Pick<Running, "pid" | "started">): void;
  lines(process: ContainerProcess, stream: Stream, lines: readonly Line[]): void;
  /** The process lives, but its stdout was closed within these bounds. */
  silent(process: ContainerProcess, bounds: Bounds): void;
  exited(process: ContainerProcess, exit: Exit): void;
  ready(pod: Pod): void;
  /** Its end was asked of its processes within these bounds: SIGTERM, or SIGKILL where there is no grace. */
  terminating(pod: Pod, bounds: Bounds): void;
  /** The pod can never run: preparing it, or starting its process, failed. */
  failed(pod: Pod, error: unknown): void;
  /** The pod and all its processes are gone: what `prepare` made can go too. */
  released(pod: Pod): Promise<void>;
}
