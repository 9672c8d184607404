import { connect, type Socket } from "node:net";
import type { Capability } from "../../core/cluster.ts";
import type { Elector } from "../../core/elector.ts";
import { messageOf } from "../../core/errors.ts";
import { toMicros } from "../../core/time.ts";
import { imageArguments, imageOf } from "../../electors/images.ts";
import type { Certificate } from "../../gate/certificate.ts";
import { refOf } from "../../kubernetes/rollout/action.ts";
import type { Pod, PodSpec } from "../../kubernetes/rollout/types.ts";
import type { ApiClient } from "../apiserver/client.ts";
import { apiHands, nodeHands } from "../apiserver/hands.ts";
import type { Forwarder } from "../apiserver/port-forward.ts";
import { openRecordChannel } from "../apiserver/record-channel.ts";
import { followNotices } from "../apiserver/trial.ts";
import { beginning } from "../beginning.ts";
import { CONTAINER } from "../deployment-of.ts";
import type { HomeOptions, Trial, TrialOptions } from "../home.ts";
import type { Imaged } from "../kind/imaged.ts";
import { inPods } from "../kind/in-pods.ts";
import { kindCluster } from "../kind/kind-cluster.ts";
import { admission, kindPods } from "../kind/kind-pods-spec.ts";
import { endTrial, openNamespace, removeNamespace } from "../kind/namespace.ts";
import { openRelay } from "../kind/relay.ts";
import { followLeadership } from "../leadership.ts";
import { judgedLock } from "../lock-path.ts";
import { replicaHost } from "../replica-host.ts";
import { tailOf } from "../replica-log.ts";
import { migrationOf, withPods, workloadOf, workloadRef } from "../workload.ts";
import type { Guest } from "./guest.ts";
import type { KubeContext } from "./kubeconfig.ts";
import { openQuestions } from "./questions.ts";
import { relayMap, withRelay } from "./relay-spec.ts";
import { PORTS, type Destination } from "./relay/words.ts";
import { followRelayed, type RelayedPods } from "./relayed-pods.ts";
import { relayedStalls } from "./relayed-stalls.ts";
import { openTunnel } from "./tunnel.ts";
import { onTheirWay } from "./on-their-way.ts";

export type FarPlane = {
  readonly context: KubeContext;
  readonly client: ApiClient;
  readonly guest: Guest;
  readonly forwarder: Forwarder;
  /** The gates' own, for loopback: a pod finds its gate there. */
  readonly certificate: Certificate;
  readonly relayImage: string;
  readonly can: ReadonlySet<Capability>;
  /** The next address of this machine at which a pod is asked. */
  readonly address: () => string;
};

const LOOPBACK = "127.0.0.1";

/** A pod finds its gate and the witness on its own loopback. */
const inPod = (url: string, port: number): string => {
  const { protocol, pathname } = new URL(url);
  return `${protocol}//${LOOPBACK}:${port}${pathname === "/" ? "" : pathname}`;
};

async function imaged(elector: Elector, signal: AbortSignal): Promise<Imaged> {
  const image = await imageOf(elector, signal);
  return { elector: { ...elector, image: image.name, args: imageArguments(elector) }, image };
}

/** Opens a trial in a namespace of its own of a cluster that only its API reaches; see Home.openTrial. */
export async function openFarTrial(
  plane: FarPlane,
  home: HomeOptions,
  options: TrialOptions,
  signal: AbortSignal,
): Promise<Trial> {
  const { client, context, guest, relayImage } = plane;
  const { elector, successor, namespace, timing, time } = options;
  const { observe } = elector;
  const [own, next] = await Promise.all([imaged(elector, signal), successor && imaged(successor, signal)]);
  const podsOf = (spec: PodSpec, { image }: Imaged): PodSpec =>
    withRelay(kindPods(spec, image, { ...options, address: LOOPBACK }), relayImage);
  const workload = withPods(workloadOf({ ...options, elector: own.elector }), (spec) => podsOf(spec, own));
  const change = next && migrationOf({ ...options, successor: next.elector });
  const migration = next && change && { spec: podsOf(change.spec, next) };
  const ref = workloadRef(workload);
  const lock = { namespace, ...judgedLock(options, options.election) };
  await guest.check(options);
  guest.noteNamespace(home.folder, namespace);
  const token = await openNamespace(client, options, plane.certificate.ca);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => removeNamespace(client, namespace)); // also when what is to be in it cannot be made
  await client.create("configmaps", namespace, relayMap());

  const questions = stack.use(openQuestions());
  const server = new URL(context.url);
  const way = stack.use(await openRelay(Number(server.port || 443), server.hostname));
  const begin = beginning(options.replicas);
  const failed = (error: unknown): void => {
    if (!closing.signal.aborted) begin.lost(error, context.name);
  };
  const channel = openRecordChannel(client, lock, options.recorder);
  const pods: { all?: RelayedPods } = {};
  const tunnelOf = (replica: string) => pods.all?.named(replica)?.tunnel;
  const recorder = onTheirWay(channel.recorder, {
    late: (replica, since, at) => tunnelOf(replica)?.late(since, at) ?? 0,
    trip: (replica, at) => tunnelOf(replica)?.delay(at) ?? 0,
  });
  const leadership = followLeadership(recorder, elector.observe.via);
  const kubeconfigs = new Map<string, string>();
  const stalls = relayedStalls();
  const host = replicaHost({
    ...options,
    recorder,
    lock,
    run: home.run,
    statements: leadership.recorder,
    runtime: inPods(kubeconfigs),
    stalls,
    upstream: way.url + server.pathname.replace(/\/$/, ""),
    upstreamTls: { ...context.access, servername: context.access.servername ?? server.hostname, token },
    certificate: plane.certificate,
    begun(pod, error) {
      if (error !== undefined) begin.fail(`the replicas cannot be started: ${messageOf(error)}`);
      begin.started(pod.metadata.name);
    },
  });
  /** Where each pod's own connections lead. */
  const gates = new Map<string, { readonly api: number; readonly effects: number }>();
  const admit = async (pod: Pod): Promise<void> => {
    const { name } = pod.metadata;
    const address = plane.address();
    if (observe.via === "http" || observe.via === "metrics")
      await questions.open({ address, port: observe.port, tunnel: () => tunnelOf(name) });
    const launch = await host.prepare(pod, address);
    const { KUBE_API = "", EFFECT_URL = "" } = launch(pod.spec.containers[0]!).env;
    gates.set(name, { api: Number(new URL(KUBE_API).port), effects: Number(new URL(EFFECT_URL).port) });
    const secure = KUBE_API.replace("http:", "https:");
    const kubeconfig = (kubeconfigs.get(name) ?? "").replaceAll(secure, inPod(secure, PORTS.api));
    const noted = { kubeApi: inPod(KUBE_API, PORTS.api), kubeconfig, effectUrl: inPod(EFFECT_URL, PORTS.effects) };
    await client.patch(refOf("pods", pod), admission(noted));
  };
  const dialFor =
    (pod: string) =>
    (to: Destination): Socket =>
      connect({ host: LOOPBACK, port: gates.get(pod)?.[to as "api" | "effects"] ?? 0, allowHalfOpen: true });
  const trips: number[] = [];
  let unreached: string | undefined;
  const closing = new AbortController();
  const end = async (): Promise<void> => {
    await using _owned = owned;
    closing.abort();
    await endTrial(client, ref, pods.all);
    options.witness.forget(recorder);
  };
  let owned = stack;
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => (ending ??= end());
  try {
    pods.all = await followRelayed({
      client,
      namespace,
      host,
      container: CONTAINER,
      clock: recorder,
      stalls,
      tunnel: ({ metadata: { name } }, heard) =>
        openTunnel({
          forwarder: plane.forwarder,
          namespace,
          pod: name,
          clock: recorder,
          dial: dialFor(name),
          unreached: (why) => void (unreached = `the relay of ${name}: ${messageOf(why)}`),
          measured: (ms) => void trips.push(toMicros(ms)),
          heard,
        }),
      admit,
      failed,
    });
    await channel.watch(leadership.recorder, begin.fail, closing.signal);
    await followNotices(client, namespace, recorder, closing.signal);
    await client.create(ref.resource, namespace, workload);
  } catch (error) {
    await close();
    throw error;
  }
  owned = stack.move();
  const mend = "see the namespace's events while it runs; pods need a node with room, and their images";
  await begin.all(signal, { namespace, mend, why: () => unreached });
  const { failure } = begin;
  const rollout = { ref, recorder, failure };
  const hands = {
    ...apiHands({ client, channel, rollout, ...(migration && { migration }) }),
    stopApi: async () => ({ words: `nobody listens at ${way.url}`, start: await way.stop() }),
    ...(plane.can.has("nodes") && { nodes: guest.careful(nodeHands(client, ref), home.folder) }),
  };
  return {
    cluster: kindCluster({ pods: pods.all, host, leadership, lock, timing, time, hands, can: plane.can }),
    failure,
    async caughtUp() {
      const [whole] = await Promise.all([pods.all?.caughtUp(), options.witness.caughtUp()]);
      return whole;
    },
    measures: () => ({ relayMs: trips }),
    logTail: (replica) => tailOf(host.logFile(replica)),
    close,
    [Symbol.asyncDispose]: close,
  };
}
