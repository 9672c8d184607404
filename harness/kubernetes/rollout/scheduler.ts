import { refOf, stamp, type Action } from "./action.ts";
import type { Node, Pod } from "./types.ts";

/** Binds an unscheduled pod to the first node that takes pods; nothing while there is none. */
export function schedule(pod: Pod, nodes: readonly Node[], now: Date): readonly Action[] {
  if (pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) return [];
  const node = nodes.find((candidate) => candidate.spec?.unschedulable !== true);
  if (node === undefined) return [];
  const ref = refOf("pods", pod);
  const scheduled = { type: "PodScheduled", status: "True", lastTransitionTime: stamp(now) };
  return [
    { kind: "patch", ref, body: { spec: { nodeName: node.metadata.name } } },
    { kind: "status", ref, status: { ...pod.status, phase: pod.status?.phase ?? "Pending", conditions: [scheduled] } },
  ];
}
