import type { LockKind } from "../core/elector.ts";
import type { Recorder } from "../core/events.ts";
import { messageOf } from "../core/errors.ts";
import { lockRecordOf, lockResource } from "../core/lock.ts";
import type { Certificate } from "../gate/certificate.ts";
import type { ObjectStore } from "../kubernetes/objects.ts";
import type { Store } from "../kubernetes/store.ts";
import { beginning } from "./beginning.ts";
import { embeddedHands } from "./embedded-cluster.ts";
import { embeddedNodes } from "./embedded-nodes.ts";
import type { HomeOptions, Trial, TrialOptions } from "./home.ts";
import { judgedLock } from "./lock-path.ts";
import { openKubelet, type Kubelet } from "./kubelet.ts";
import { followLeadership } from "./leadership.ts";
import { storePods } from "./pod-source.ts";
import { processCluster } from "./process-cluster.ts";
import { recordWriter } from "./record-writer.ts";
import { replicaHost } from "./replica-host.ts";
import { tailOf } from "./replica-log.ts";
import { describeFailure, endWorkers } from "./replicas.ts";
import type { StallWatch } from "./stall-watch.ts";
import type { Runtime } from "./runtime.ts";
import { dropWorkloads, emptyNamespace } from "./sweep.ts";
import { auditActs } from "../probes/act-audit.ts";
import { noticeListener } from "../probes/notice-listener.ts";
import { openTrialApi } from "./trial-api.ts";
import type { Turnstile } from "./turnstile.ts";
import { migrationOf, workloadOf, workloadRef } from "./workload.ts";

/** What the run's one control plane gives every trial. */
export type ControlPlane = {
  readonly store: Store;
  readonly certificate: Certificate;
  /** One for all trials: they share an event loop. */
  readonly turn: Turnstile;
  /** Measures what the processes of all trials wait. */
  readonly stalls: StallWatch;
  /** Runs the pods of all trials. */
  readonly runtime: Runtime;
  readonly wall: () => Date;
};

/** Opens a trial in a namespace of its own; see Home.openTrial. */
export async function openEmbeddedTrial(
  plane: ControlPlane,
  home: HomeOptions,
  options: TrialOptions,
  signal: AbortSignal,
): Promise<Trial> {
  const { store, wall } = plane;
  const { elector, namespace } = options;
  const recorder = auditActs(options.recorder, elector.work?.acts ?? []);
  const ownNodes = elector.workload === "DaemonSet" || options.needs?.has("nodes");
  const nodes = ownNodes ? embeddedNodes(store, namespace) : undefined;
  const deploy = { ...options, runtime: home.runtime ?? "process", ...(nodes && { nodeSelector: nodes.selector }) };
  const [workload, migration] = [workloadOf(deploy), migrationOf(deploy)];
  const ref = workloadRef(workload);
  const api = await openTrialApi(store);
  const lock = { namespace, ...judgedLock(options, options.election) };
  const begin = beginning(options.replicas);
  const { failure } = begin;
  const leadership = followLeadership(recorder, elector.observe.via);
  const host = replicaHost({
    ...options,
    recorder,
    lock,
    run: home.run,
    statements: leadership.recorder,
    runtime: plane.runtime,
    address: plane.runtime.host,
    upstream: api.url,
    certificate: plane.certificate,
    stalls: plane.stalls,
    begun(pod, error) {
      if (error !== undefined) begin.fail(describeFailure(error, elector.command ?? []));
      begin.started(pod.metadata.name);
    },
  });
  const refused = (error: unknown): void => begin.fail(`the embedded API refused the kubelet: ${messageOf(error)}`);
  const kubelet = openKubelet({
    source: storePods(store, namespace),
    host,
    runtime: plane.runtime,
    turn: plane.turn,
    clock: recorder,
    wall,
    refused,
  });
  const writer = recordWriter(store, lock);
  const unsubscribe = recordElection(store, lock, leadership.recorder, writer.author);
  const deaf = recordNotices(store, namespace, recorder);
  const end = async (): Promise<void> => {
    await endReplicas(store, namespace, kubelet);
    await kubelet[Symbol.asyncDispose]();
    unsubscribe();
    deaf();
    emptyNamespace(store, namespace);
    nodes?.[Symbol.dispose]();
    options.witness.forget(recorder);
    await api[Symbol.asyncDispose]();
    const lost = plane.runtime.failure();
    if (lost !== undefined) throw lost; // ends were not seen: no trial that ran on can be judged
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= end());
  try {
    store.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    store.create(ref.resource, namespace, workload);
  } catch (error) {
    await close();
    throw error;
  }
  const { time, timing } = options;
  const rollout = { store, ref, recorder, time, failure };
  const more = { ...(migration && { migration }), ...(nodes && { nodes }) };
  const hands = embeddedHands({ store, rollout, wall, writer, api, ...more });

  await begin.all(signal);
  return {
    cluster: processCluster({ kubelet, host, leadership, lock, timing, time, hands, runtime: plane.runtime }),
    failure,
    caughtUp: async () => void (await Promise.all([options.witness.caughtUp(), plane.stalls.caughtUp(recorder)])),
    logTail: (replica) => tailOf(host.logFile(replica)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Writes every change of the election object into the history, at the instant of its commit. */
export function recordElection(
  store: ObjectStore,
  lock: { readonly kind: LockKind; readonly namespace: string; readonly name: string },
  recorder: Recorder,
  author: () => string | undefined,
): () => void {
  const resource = lockResource[lock.kind];
  return store.subscribe((change) => {
    const { metadata } = change.object;
    if (change.resource !== resource || metadata.namespace !== lock.namespace) return;
    if (metadata.name !== lock.name) return;
    const record = change.type === "DELETED" ? null : lockRecordOf(change.object);
    // An object without a record (an Endpoints that nobody annotated yet) is no election's.
    if (record === undefined) return;
    const at = recorder.now();
    const fault = author();
    recorder.record({
      type: "record",
      since: at,
      at,
      version: String(change.version),
      object: metadata.name,
      record,
      ...(fault === undefined ? {} : { fault }),
    });
  });
}

/** Writes the namespace's LeaderElection Events into the history, of either API, at the instant of their commit. */
function recordNotices(store: ObjectStore, namespace: string, recorder: Recorder): () => void {
  const hear = noticeListener(recorder);
  return store.subscribe(({ type, resource, object }) => {
    if (resource === "events" && object.metadata.namespace === namespace && type !== "DELETED") hear(object);
  });
}

async function endReplicas(store: ObjectStore, namespace: string, kubelet: Kubelet): Promise<void> {
  dropWorkloads(store, namespace);
  await endWorkers(kubelet);
}
