import { refOf, stamp, type Action } from "./action.ts";
import type { Node, Pod } from "./types.ts";

/** Binds an unscheduled pod to the emptiest node that takes it, of equals the first; nothing while there is none. */
export function schedule(pod: Pod, nodes: readonly Node[], pods: readonly Pod[], now: Date): readonly Action[] {
  if (pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) return [];
  const on = ({ metadata }: Node): number => pods.filter(({ spec }) => spec.nodeName === metadata.name).length;
  const [node] = nodes.filter((candidate) => takes(candidate, pod)).toSorted((a, b) => on(a) - on(b));
  if (node === undefined) return [];
  const ref = refOf("pods", pod);
  const scheduled = { type: "PodScheduled", status: "True", lastTransitionTime: stamp(now) };
  return [
    { kind: "patch", ref, body: { spec: { nodeName: node.metadata.name } } },
    { kind: "status", ref, status: { ...pod.status, phase: pod.status?.phase ?? "Pending", conditions: [scheduled] } },
  ];
}

const takes = ({ metadata, spec }: Node, pod: Pod): boolean =>
  spec?.unschedulable !== true &&
  Object.entries(pod.spec.nodeSelector ?? {}).every(([label, value]) => metadata.labels?.[label] === value);
