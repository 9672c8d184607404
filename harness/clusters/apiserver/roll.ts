import { setTimeout as sleep } from "node:timers/promises";
import type { RolloutOutcome } from "../../core/cluster.ts";
import type { Recorder } from "../../core/events.ts";
import type { Millis } from "../../core/time.ts";
import type { KubeObject, Ref } from "../../kubernetes/objects.ts";
import { ownedBy } from "../../kubernetes/rollout/action.ts";
import { DAEMON_HASH } from "../../kubernetes/rollout/daemonset.ts";
import { TEMPLATE_HASH } from "../../kubernetes/rollout/hash.ts";
import { splitSets } from "../../kubernetes/rollout/revisions.ts";
import type { Deployment, ReplicaSet } from "../../kubernetes/rollout/types.ts";
import { describeRollout, isDone, workloadRef, type TemplateChange, type Workload } from "../workload.ts";
import type { ApiClient } from "./client.ts";
import { follow } from "./follow.ts";

/** How often what is known of the rollout is looked at, in ms. */
const LOOK_EVERY = 10;

/** The hash that the pods of the present template bear; undefined while no controller has made it. */
async function revisionOf(client: ApiClient, workload: Workload): Promise<string | undefined> {
  const { namespace = "", generation = 0 } = workload.metadata;
  if (workload.kind === "DaemonSet") {
    const seen = (await client.get(workloadRef(workload))) as Workload | undefined;
    if ((seen?.status?.observedGeneration ?? 0) < generation) return undefined;
    const { items } = await client.list({ resource: "controllerrevisions", namespace });
    const own = ownedBy<KubeObject & { readonly revision: number }>(items, workload);
    const [last] = own.toSorted((a, b) => b.revision - a.revision);
    return last?.metadata.labels?.[DAEMON_HASH];
  }
  const deployment = workload as Deployment;
  const { items } = await client.list({ resource: "replicasets", namespace });
  const { current } = splitSets(deployment, ownedBy<ReplicaSet>(items, deployment));
  return current?.metadata.labels?.[TEMPLATE_HASH];
}

/** As `roll` of the embedded cluster: changes the pod template through a real API, and waits for what `kubectl rollout status` waits for. */
export async function rollThrough(
  client: ApiClient,
  options: { readonly ref: Ref; readonly recorder: Recorder; readonly failure: () => string | undefined },
  template: TemplateChange,
  timeout: Millis,
  signal: AbortSignal,
): Promise<RolloutOutcome> {
  signal.throwIfAborted();
  const { ref, recorder, failure } = options;
  const deadline = recorder.now() + timeout;
  const before = (await client.get(ref)) as Workload | undefined;
  const from = before === undefined ? "" : ((await revisionOf(client, before)) ?? "");
  const start = recorder.now();
  const patched = (await client.patch(ref, { spec: { template } })) as Workload;
  let current: Workload | undefined = patched;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const selection = { resource: ref.resource, namespace: ref.namespace, fields: `metadata.name=${ref.name}` };
  const change = ({ type, object }: { readonly type: string; readonly object: unknown }): void =>
    void (current = type === "DELETED" ? undefined : (object as Workload));
  try {
    await follow(client, selection, { change, gap: () => true }, either);
    const stopped = (): boolean => failure() !== undefined || current === undefined || recorder.now() >= deadline;
    let to: string | undefined;
    while ((to = await revisionOf(client, patched)) === undefined && !stopped())
      await sleep(LOOK_EVERY, undefined, { signal });
    const revisions = { from, to: to ?? "" };
    recorder.record({ type: "rollout", at: start, phase: "start", ...revisions });
    const complete = (): boolean => current !== undefined && isDone(current);
    while (!complete() && !stopped()) await sleep(LOOK_EVERY, undefined, { signal });
    const done = to !== undefined && complete() && failure() === undefined;
    const detail = done ? "" : (failure() ?? describeRollout(current, timeout));
    const end = { type: "rollout" as const, at: recorder.now(), ...revisions };
    recorder.record(done ? { ...end, phase: "complete" } : { ...end, phase: "stuck", detail });
    return { ...revisions, complete: done, detail };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
  }
}
