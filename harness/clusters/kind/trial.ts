import { join } from "node:path";
import type { Elector } from "../../core/elector.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Certificate } from "../../gate/certificate.ts";
import { refOf } from "../../kubernetes/rollout/action.ts";
import type { Pod, PodSpec } from "../../kubernetes/rollout/types.ts";
import { followNotices } from "../apiserver/trial.ts";
import { apiHands, nodeHands } from "../apiserver/hands.ts";
import { openRecordChannel } from "../apiserver/record-channel.ts";
import { openRelay } from "./relay.ts";
import { beginning } from "../beginning.ts";
import { replicaContainer } from "../deployment-of.ts";
import type { HomeOptions, Trial, TrialOptions } from "../home.ts";
import type { StallWatch } from "../stall-watch.ts";
import { migrationOf, withPods, workloadOf, workloadRef } from "../workload.ts";
import { followLeadership } from "../leadership.ts";
import { judgedLock } from "../lock-path.ts";
import { replicaHost } from "../replica-host.ts";
import { tailOf } from "../replica-log.ts";
import { openAnswers } from "./answers.ts";
import { isAlone } from "./beside.ts";
import { admission, kindPods } from "./kind-pods-spec.ts";
import { beneath, notedNodes } from "./beneath.ts";
import type { KindCluster } from "./engine.ts";
import { kindCluster } from "./kind-cluster.ts";
import { imaged, type Imaged } from "./imaged.ts";
import { inPods } from "./in-pods.ts";
import { endTrial, openNamespace, removeNamespace } from "./namespace.ts";
import { makeWorkload } from "./user-objects.ts";
import { userPods } from "./user-pods.ts";
import { noteNamespace } from "./leftovers.ts";
import { followKindPods, type KindPods } from "./kind-pods.ts";
import type { NodeLags } from "./node-lags.ts";
import { noteUndo } from "./undo.ts";

export type KindPlane = {
  readonly cluster: KindCluster;
  /** The gates' own, for this machine's address in the cluster's network. */
  readonly certificate: Certificate;
  readonly lags: NodeLags;
  /** The next address of this machine at which a pod is asked. */
  readonly address: () => string;
  readonly stalls: StallWatch;
};

/** Opens a trial in a namespace of its own of a kind cluster; see Home.openTrial. */
export async function openKindTrial(
  plane: KindPlane,
  home: HomeOptions,
  options: TrialOptions,
  signal: AbortSignal,
): Promise<Trial> {
  const { client, gateway } = plane.cluster;
  const { elector, successor, namespace, timing, time } = options;
  const { observe } = elector;
  const as = (one: Elector): Promise<Imaged> => imaged(one, plane.cluster, signal);
  const [own, next] = await Promise.all([as(elector), successor && as(successor)]);
  const podsOf = (spec: PodSpec, { image, elector: one }: Imaged): PodSpec =>
    one.manifests === undefined
      ? kindPods(spec, image, { ...options, address: gateway })
      : userPods(spec, one, { ...options, address: gateway });
  const workload = withPods(workloadOf({ ...options, elector: own.elector }), (spec) => podsOf(spec, own));
  const change = next && migrationOf({ ...options, successor: next.elector });
  const migration = next && change && { spec: podsOf(change.spec, next) };
  const ref = workloadRef(workload);
  if (!isAlone(workload.spec.template.spec)) rootOnly(elector);
  const lock = { namespace, ...judgedLock(options, options.election) };
  const note = noteUndo(home.folder);
  const { guest } = plane.cluster;
  await guest?.check(options);
  if (guest === undefined) noteNamespace(home.folder, plane.cluster.name, namespace);
  else guest.noteNamespace(home.folder, namespace);
  const token = await openNamespace(client, options, plane.certificate.ca);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => removeNamespace(client, namespace)); // also when what is to be in it cannot be made

  const answers = stack.use(openAnswers(client.url, plane.cluster.access));
  const relay = stack.use(await openRelay(Number(new URL(client.url).port)));
  const begin = beginning(options.replicas);
  const failed = (error: unknown): void => {
    if (!closing.signal.aborted) begin.lost(error, "kind");
  };
  const channel = openRecordChannel(client, lock, options.recorder);
  const { recorder } = channel;
  const leadership = followLeadership(recorder, elector.observe.via);
  const pods: { all?: KindPods } = {};
  const kubeconfigs = new Map<string, string>();
  const host = replicaHost({
    ...options,
    recorder,
    lock,
    run: home.run,
    statements: leadership.recorder,
    runtime: inPods(kubeconfigs),
    stalls: plane.stalls,
    upstream: relay.url,
    upstreamTls: { ...(plane.cluster.access.ca === undefined ? {} : { ca: plane.cluster.access.ca }), token },
    certificate: plane.certificate,
    address: gateway,
    look: (replica) => pods.all?.look(replica),
    begun(pod, error) {
      if (error !== undefined) begin.fail(`the replicas cannot be started: ${messageOf(error)}`);
      begin.started(pod.metadata.name);
    },
  });
  const admit = async (pod: Pod): Promise<void> => {
    const address = plane.address();
    if (observe.via === "http" || observe.via === "metrics")
      await answers.open({ namespace, pod: pod.metadata.name, port: observe.port, address });
    const launch = await host.prepare(pod, address);
    const { KUBE_API = "", EFFECT_URL = "" } = launch(pod.spec.containers[0]!).env;
    const kubeconfig = kubeconfigs.get(pod.metadata.name) ?? "";
    await client.patch(refOf("pods", pod), admission({ kubeApi: KUBE_API, kubeconfig, effectUrl: EFFECT_URL }));
  };
  const closing = new AbortController();
  const end = async (): Promise<void> => {
    await using _owned = owned;
    closing.abort();
    if (begin.trouble !== undefined) await plane.cluster.exportLogs(join(options.logs, "kind")).catch(() => {}); // the trouble itself is told
    await endTrial(client, ref, pods.all);
    options.witness.forget(recorder);
  };
  let owned = stack;
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => (ending ??= end());
  try {
    pods.all = await followKindPods({
      client,
      namespace,
      host,
      container: replicaContainer(elector),
      clock: recorder,
      lagOf: (node, shim) => plane.lags.of(node, shim, recorder),
      note,
      admit,
      failed,
      lost: failed,
    });
    await channel.watch(leadership.recorder, begin.fail, closing.signal);
    await followNotices(client, namespace, recorder, closing.signal);
    await makeWorkload(client, ref.resource, workload, elector.manifests);
  } catch (error) {
    await close();
    throw error;
  }
  owned = stack.move();
  await begin.all(signal, { namespace, mend: "run it with less beside it" });
  const { failure } = begin;
  const rollout = { ref, recorder, failure };
  const hands = {
    ...apiHands({ client, channel, rollout, ...(migration && { migration }) }),
    stopApi: async () => ({ words: `nobody listens at ${relay.url}`, start: await relay.stop() }),
    nodes:
      guest?.careful(nodeHands(client, ref), home.folder) ??
      notedNodes(plane.cluster.name, nodeHands(client, ref), note),
  };
  const underneath = beneath({ pods: pods.all, host, cluster: plane.cluster, time, note });
  return {
    cluster: kindCluster({
      pods: pods.all,
      host,
      leadership,
      lock,
      timing,
      time,
      hands,
      ...(guest ? {} : { beneath: underneath }),
    }),
    failure,
    async caughtUp() {
      const [whole] = await Promise.all([
        pods.all?.caughtUp(),
        options.witness.caughtUp(),
        plane.stalls.caughtUp(recorder),
      ]);
      return whole;
    },
    logTail: (replica) => tailOf(host.logFile(replica)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A container is known by its processes' environment, which the kernel shows to root and to their owner. */
function rootOnly({ name }: Elector): void {
  if (process.getuid?.() === 0) return;
  throw new HarnessError(
    `the pods of ${name} have more than one container, and only root can tell their processes apart`,
    {
      mend: "run it as root",
    },
  );
}
