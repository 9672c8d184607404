import type { LockKind } from "../../core/elector.ts";
import type { Capability } from "../../core/cluster.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Recorder } from "../../core/events.ts";
import { NOTICE_REASON } from "../../core/notices.ts";
import type { Ref } from "../../kubernetes/objects.ts";
import { refOf } from "../../kubernetes/rollout/action.ts";
import type { PodSpec } from "../../kubernetes/rollout/types.ts";
import type { Certificate } from "../../gate/certificate.ts";
import { beginning } from "../beginning.ts";
import type { HomeOptions, Trial, TrialOptions } from "../home.ts";
import { openKubelet, type Kubelet } from "../kubelet.ts";
import { followLeadership } from "../leadership.ts";
import { judgedLock } from "../lock-path.ts";
import { processCluster } from "../process-cluster.ts";
import { replicaHost } from "../replica-host.ts";
import { tailOf } from "../replica-log.ts";
import { describeFailure, endWorkers } from "../replicas.ts";
import { auditActs } from "../../probes/act-audit.ts";
import { noticeListener } from "../../probes/notice-listener.ts";
import { ACCOUNT, openAccount } from "./account.ts";
import type { StallWatch } from "../stall-watch.ts";
import type { Runtime } from "../runtime.ts";
import type { Turnstile } from "../turnstile.ts";
import { migrationOf, withPods, workloadOf, workloadRef } from "../workload.ts";
import type { ApiClient } from "./client.ts";
import type { ControlPlane } from "./control-plane.ts";
import { follow, type Followed } from "./follow.ts";
import { apiHands } from "./hands.ts";
import { apiPods } from "./pods.ts";
import type { Lent } from "./planes.ts";
import { openRecordChannel } from "./record-channel.ts";
import { openWork, type OpenWork } from "./work.ts";

/** What a run's control plane gives a trial. */
export type Plane = Pick<ControlPlane, "client" | "ended" | "stopApi" | "pauseEtcd"> & {
  /** Whether a node's lease is renewed. */
  readonly beat: (node: string, beats: boolean) => void;
  /** Of the API server's certificate. */
  readonly ca: string;
  /** The gates' own. */
  readonly certificate: Certificate;
  /** One for all trials: they share an event loop. */
  readonly turn: Turnstile;
  /** Measures what the processes of all trials wait. */
  readonly stalls: StallWatch;
  /** Runs the pods of all trials. */
  readonly runtime: Runtime;
};

/** A real API wants an image, though it is a process that runs. */
const IMAGE = "interregnum.invalid/process";

/** Pods of the embedded cluster, as a real API takes them. */
const realPods = (spec: PodSpec): PodSpec => ({
  ...spec,
  serviceAccountName: ACCOUNT,
  automountServiceAccountToken: false, // nobody mounts anything into a process: the token is in its kubeconfig
  containers: spec.containers.map((container) => ({ image: IMAGE, ...container })),
});

/** Of what objects this elector, and what it is rolled to, hold one. */
export const lockKinds = ({ elector, successor }: TrialOptions): readonly LockKind[] =>
  [elector, ...(successor ? [successor] : [])].flatMap(({ lock }) => [
    lock.kind,
    ...(lock.beside ? [lock.beside] : []),
  ]);

/** What would be felt by every trial beside it. */
const ALONE: readonly Capability[] = ["api", "etcd", "nodes", "machines"];

/** Whether the trial must have its control plane alone. */
export const wantsAlone = ({ needs }: TrialOptions): boolean => ALONE.some((capability) => needs?.has(capability));

/** Opens a trial in a namespace of its own of a real API; see Home.openTrial. Gives the control plane back when it ends. */
export async function openApiserverTrial(
  { plane, ...lent }: Lent<Plane>,
  home: HomeOptions,
  options: TrialOptions,
  signal: AbortSignal,
): Promise<Trial> {
  const { client } = plane;
  const { elector, namespace, timing, time } = options;
  const deploy = { ...options, runtime: home.runtime ?? "process" } as const;
  const [workload, change] = [withPods(workloadOf(deploy), realPods), migrationOf(deploy)];
  const migration = change && { spec: realPods(change.spec) };
  const ref = workloadRef(workload);
  const lock = { namespace, ...judgedLock(options, options.election) };
  await client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const token = await openAccount(client, namespace, lockKinds(options));

  const begin = beginning(options.replicas);
  plane.ended.catch(begin.fail);
  const refused = (error: unknown): void =>
    begin.fail(error instanceof HarnessError ? error : `the API server refused the kubelet: ${messageOf(error)}`);
  const channel = openRecordChannel(client, lock, options.recorder);
  const recorder = auditActs(channel.recorder, elector.work?.acts ?? []);
  const leadership = followLeadership(recorder, elector.observe.via);
  const host = replicaHost({
    ...options,
    recorder,
    lock,
    run: home.run,
    statements: leadership.recorder,
    runtime: plane.runtime,
    address: plane.runtime.host,
    upstream: client.url,
    upstreamTls: { ca: plane.ca, token },
    certificate: plane.certificate,
    stalls: plane.stalls,
    begun(pod, error) {
      if (error !== undefined) begin.fail(describeFailure(error, elector.command ?? []));
      begin.started(pod.metadata.name);
    },
  });
  const closing = new AbortController();
  let work: OpenWork | undefined;
  const kubelet = openKubelet({
    source: apiPods(client, namespace, refused),
    host,
    runtime: plane.runtime,
    turn: plane.turn,
    clock: recorder,
    wall: () => new Date(),
    refused,
  });
  const end = async (): Promise<void> => {
    closing.abort();
    await using _lent = lent;
    await endTrial(client, ref, kubelet).catch((error: unknown) => {
      // Of a control plane in trouble no answer is wanted any more; the processes are ended all the same.
      if (!(begin.trouble instanceof HarnessError)) throw error;
    });
    options.witness.forget(recorder);
    if (!(begin.trouble instanceof HarnessError)) await work?.[Symbol.asyncDispose]();
    const lost = plane.runtime.failure();
    if (lost !== undefined) throw lost; // ends were not seen: no trial that ran on can be judged
  };
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => (ending ??= end());
  try {
    await channel.watch(leadership.recorder, begin.fail, closing.signal);
    await followNotices(client, namespace, recorder, closing.signal);
    if (elector.work !== undefined) work = await openWork(client, elector.work, namespace, refused);
    await client.create(ref.resource, namespace, workload);
  } catch (error) {
    await close();
    throw error;
  }
  await begin.all(signal, { namespace, mend: "run it with less beside it, or use --cluster embedded" });
  const { failure } = begin;
  const rollout = { ref, recorder, failure };
  const more = { ...(migration && { migration }), ...(wantsAlone(options) && { alone: plane }) };
  const hands = apiHands({ client, channel, rollout, ...more });
  return {
    cluster: processCluster({ kubelet, host, leadership, lock, timing, time, hands, runtime: plane.runtime }),
    failure,
    caughtUp: async () => void (await Promise.all([options.witness.caughtUp(), plane.stalls.caughtUp(recorder)])),
    logTail: (replica) => tailOf(host.logFile(replica)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Writes the namespace's LeaderElection Events into the history, of either API, as they are seen. */
export function followNotices(
  client: ApiClient,
  namespace: string,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  const hear = noticeListener(recorder);
  const selection = { resource: "events", namespace, fields: `reason=${NOTICE_REASON}` };
  const follower = {
    change: ({ type, object }: Followed) => void (type !== "DELETED" && hear(object)),
    gap: () => true, // what is lost of them is lost: they judge nobody
  };
  return follow(client, selection, follower, signal);
}

/** Ends the replicas and asks for the namespace's end, which nobody waits for: the control plane ends with the run. */
async function endTrial(client: ApiClient, workload: Ref, kubelet: Kubelet): Promise<void> {
  const { namespace } = workload;
  try {
    await client.remove(workload);
    const { items } = await client.list({ resource: "replicasets", namespace });
    await Promise.all(items.map((set) => client.remove(refOf("replicasets", set))));
  } finally {
    await endWorkers(kubelet);
    await kubelet[Symbol.asyncDispose]();
  }
  await client.remove({ resource: "namespaces", namespace: "", name: namespace });
}
