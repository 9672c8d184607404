import type { PodSource } from "../clusters/pod-source.ts";
import { SimulatedPod, type PodOptions } from "./pod.ts";

export type SimulatedKubelet = {
  /** Pods that are not gone yet, oldest first. */
  pods(): readonly SimulatedPod[];
  pod(name: string): SimulatedPod | undefined;
};

/** Runs the pods of a source in virtual time, until the signal aborts. */
export function simulatedKubelet(source: PodSource, options: PodOptions, signal: AbortSignal): SimulatedKubelet {
  const pods = new Map<string, SimulatedPod>();
  source.watch(({ type, pod }) => {
    const uid = pod.metadata.uid ?? "";
    const known = pods.get(uid);
    if (type === "DELETED") return known?.remove();
    if (known !== undefined) return known.update(pod);
    if (pod.metadata.deletionTimestamp !== undefined) return void source.remove(pod);
    const made = new SimulatedPod(pod, options);
    pods.set(uid, made);
    void made.gone.then(() => pods.delete(uid));
  }, signal);
  return {
    pods: () => [...pods.values()],
    pod: (name) => [...pods.values()].find(({ pod }) => pod.metadata.name === name),
  };
}
