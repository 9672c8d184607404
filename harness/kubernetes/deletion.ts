import { isJson } from "../wire/schema.ts";
import type { KubeObject, ObjectMeta } from "./objects.ts";

/** What a DELETE does: mark (deletionTimestamp set), mark and remove at once, remove, or nothing (already marked). */
export type Deletion =
  | { readonly kind: "mark"; readonly object: KubeObject }
  | { readonly kind: "mark-remove"; readonly object: KubeObject }
  | { readonly kind: "remove" }
  | { readonly kind: "nothing" };

const stamp = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`;

function marked(object: KubeObject, at: number, grace: number, first: boolean): KubeObject {
  const generation = object.metadata.generation;
  const metadata: ObjectMeta = {
    ...object.metadata,
    ...(first && generation !== undefined && generation > 0 ? { generation: generation + 1 } : {}),
    deletionTimestamp: stamp(at + grace * 1000),
    deletionGracePeriodSeconds: grace,
  };
  return { ...object, metadata };
}

const atLeast = (grace: number): number => (grace < 0 ? 1 : grace);

/** Seconds a pod is given: what was asked for, else its own; none when no node runs it. */
function podGrace(pod: KubeObject, asked: number | undefined): number {
  const spec = isJson(pod["spec"]) ? pod["spec"] : {};
  const phase = isJson(pod["status"]) ? pod["status"]["phase"] : undefined;
  const own = spec["terminationGracePeriodSeconds"];
  const grace = asked ?? (typeof own === "number" ? own : 30);
  if ((spec["nodeName"] ?? "") === "" || phase === "Succeeded" || phase === "Failed") return 0;
  return atLeast(grace);
}

function deletePod(pod: KubeObject, at: number, asked: number | undefined): Deletion {
  const blocked = (pod.metadata.finalizers ?? []).length > 0;
  const since = pod.metadata.deletionTimestamp;
  const before = pod.metadata.deletionGracePeriodSeconds ?? 0;
  // Once it is being deleted its time may only be shortened, though it has ended meanwhile.
  const grace = since === undefined ? podGrace(pod, asked) : atLeast(asked ?? before);
  if (since !== undefined && grace >= before)
    return before === 0 && !blocked ? { kind: "remove" } : { kind: "nothing" };
  const start = since === undefined ? at : Date.parse(since) - before * 1000;
  const object = marked(pod, start, grace, since === undefined);
  return grace === 0 && !blocked ? { kind: "mark-remove", object } : { kind: "mark", object };
}

/** What deleting this object at `at` (ms since 1970) means; `asked`: gracePeriodSeconds of the request. */
export function deletionOf(resource: string, object: KubeObject, at: number, asked: number | undefined): Deletion {
  if (resource === "pods") return deletePod(object, at, asked);
  const since = object.metadata.deletionTimestamp;
  if (resource === "namespaces") {
    if (since !== undefined) return { kind: "nothing" };
    const metadata = { ...object.metadata, deletionTimestamp: stamp(at) };
    return { kind: "mark", object: { ...object, metadata, status: { phase: "Terminating" } } };
  }
  if ((object.metadata.finalizers ?? []).length === 0) return { kind: "remove" };
  return since === undefined ? { kind: "mark", object: marked(object, at, 0, true) } : { kind: "nothing" };
}

/** Whether an update that leaves no finalizers ends an object that was marked before. */
export const endsBy = (next: KubeObject, previous: KubeObject): boolean =>
  next.metadata.deletionTimestamp !== undefined &&
  (next.metadata.finalizers ?? []).length === 0 &&
  previous.metadata.deletionTimestamp !== undefined &&
  previous.metadata.deletionGracePeriodSeconds === 0;
