import type { Recorder } from "../core/events.ts";
import type { PodHost } from "./pod-host.ts";
import type { PodChange, PodSource } from "./pod-source.ts";
import { PodWorker } from "./pod-worker.ts";
import type { Runtime } from "./runtime.ts";
import type { Turnstile } from "./turnstile.ts";

export type KubeletOptions = {
  readonly source: PodSource;
  readonly host: PodHost;
  readonly runtime: Pick<Runtime, "address" | "start" | "endsWell">;
  readonly turn: Turnstile;
  readonly clock: Pick<Recorder, "now" | "since">;
  readonly wall: () => Date;
  readonly refused: (error: unknown) => void;
};

export type Kubelet = AsyncDisposable & {
  /** Pods that are not gone yet, oldest first. */
  workers(): readonly PodWorker[];
  /** The worker of the pod of that name; undefined when it is gone. */
  worker(name: string): PodWorker | undefined;
  /** Takes a node's power: its processes end, and nothing is done for its pods until what it returns is called. */
  powerOff(node: string): () => void;
};

/** Runs the pods of a source on this machine. Disposing kills every process and waits until all are gone. */
export function openKubelet(options: KubeletOptions): Kubelet {
  const workers = new Map<string, PodWorker>();
  const closing = new AbortController();
  /** Nodes without power, each with what was last heard of its pods. */
  const dark = new Map<string, Map<string, PodChange>>();

  const attend = ({ type, pod }: PodChange): void => {
    const uid = pod.metadata.uid ?? "";
    const unheard = dark.get(pod.spec.nodeName ?? "");
    if (unheard !== undefined) return void unheard.set(uid, { type, pod });
    const known = workers.get(uid);
    if (type === "DELETED") return known?.kill();
    if (known !== undefined) return known.update(pod);
    if (pod.metadata.deletionTimestamp !== undefined) return void options.source.remove(pod).catch(options.refused);
    const worker = new PodWorker(pod, { ...options, address: options.runtime.address() });
    workers.set(uid, worker);
    void worker.gone.then(() => workers.delete(uid));
  };
  options.source.watch(attend, closing.signal);

  return {
    workers: () => [...workers.values()],
    worker: (name) => [...workers.values()].find((worker) => worker.pod.metadata.name === name),
    powerOff(node) {
      const unheard = new Map<string, PodChange>();
      dark.set(node, unheard);
      const there = [...workers.values()].filter((worker) => worker.pod.spec.nodeName === node);
      for (const worker of there) worker.powerOff();
      return () => {
        dark.delete(node);
        for (const change of unheard.values()) attend(change);
        for (const worker of there) worker.powerOn();
      };
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      const last = [...workers.values()];
      for (const worker of last) worker.kill();
      await Promise.all(last.map((worker) => worker.gone));
    },
  };
}
