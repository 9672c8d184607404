import { createHash } from "node:crypto";
import { Store } from "../../../harness/kubernetes/store.ts";
import { controllerOf } from "../../../harness/kubernetes/rollout/action.ts";
import { startControllers } from "../../../harness/kubernetes/rollout/controllers.ts";
import { TEMPLATE_HASH } from "../../../harness/kubernetes/rollout/hash.ts";
import { isActive, isAvailable, isReady } from "../../../harness/kubernetes/rollout/pods.ts";
import type { Deployment, DeploymentStrategy, Pod, ReplicaSet } from "../../../harness/kubernetes/rollout/types.ts";

const NAMESPACE = "default";

/** What a cluster's watchers saw of its pods, in order; a pod is called by its revision and a number within it. */
export type Sight = `${"created" | "ready" | "deleting" | "gone"} ${string}`;

/** Distinct from its first digit on: the store draws generated names from it. */
const uidOf = (count: number): string => createHash("sha256").update(String(count)).digest("hex");

/** A store with real controllers, and nodes played by hand: nothing happens but what a test asks for. */
export function openWorld(options: { readonly nodes?: number } = {}) {
  let clock = Date.parse("2026-01-01T00:00:00Z");
  let uids = 0;
  const later: { at: number; run: () => void }[] = [];
  const errors: unknown[] = [];
  const sights: Sight[] = [];
  const names = new Map<string, string>();
  const now = (): Date => new Date(clock);
  const store = new Store({ now, uid: () => uidOf((uids += 1)) });
  const controllers = startControllers(store, {
    now,
    defer: () => {}, // tests drain by hand
    later(ms, run) {
      const entry = { at: clock + ms, run };
      later.push(entry);
      return () => void later.splice(later.indexOf(entry), later.includes(entry) ? 1 : 0);
    },
    refused: (_work, error) => errors.push(error),
  });
  const callOf = (pod: Pod): string => {
    const revision = pod.metadata.labels?.[TEMPLATE_HASH] ?? pod.metadata.labels?.["controller-revision-hash"] ?? "?";
    const uid = pod.metadata.uid ?? "";
    const known = names.get(uid);
    if (known !== undefined) return known;
    const name = `${revision}/${[...names.values()].filter((other) => other.startsWith(`${revision}/`)).length + 1}`;
    names.set(uid, name);
    return name;
  };
  store.subscribe(({ type, resource, object, previous }) => {
    if (resource !== "pods") return;
    const pod = object as Pod;
    const before = previous as Pod | undefined;
    if (type === "ADDED") sights.push(`created ${callOf(pod)}`);
    if (type === "DELETED") sights.push(`gone ${callOf(pod)}`);
    if (type === "MODIFIED" && isReady(pod) && before !== undefined && !isReady(before))
      sights.push(`ready ${callOf(pod)}`);
    if (type === "MODIFIED" && !before?.metadata.deletionTimestamp && pod.metadata.deletionTimestamp)
      sights.push(`deleting ${callOf(pod)}`);
  });
  for (let node = 0; node < (options.nodes ?? 1); node += 1)
    store.create("nodes", "", { apiVersion: "v1", kind: "Node", metadata: { name: `node-${node}` } });

  const pods = (): readonly Pod[] => store.list("pods", NAMESPACE) as readonly Pod[];
  const setReady = (pod: Pod, ready: boolean): void => {
    const condition = { type: "Ready", status: ready ? "True" : "False", lastTransitionTime: now().toISOString() };
    store.update("pods", { ...pod, status: { ...pod.status, phase: "Running", conditions: [condition] } }, "status");
  };
  const world = {
    store,
    errors,
    sights,
    callOf,
    pods,
    active: (): readonly Pod[] => pods().filter(isActive),
    terminating: (): readonly Pod[] => pods().filter((pod) => pod.metadata.deletionTimestamp !== undefined),
    available: (minReadySeconds = 0): readonly Pod[] =>
      pods().filter((pod) => isActive(pod) && isAvailable(pod, minReadySeconds, now())),
    replicaSets: (): readonly ReplicaSet[] => store.list("replicasets", NAMESPACE) as readonly ReplicaSet[],
    deployment: (): Deployment =>
      store.get({ resource: "deployments", namespace: NAMESPACE, name: "demo" }) as Deployment,
    ownedBy: (set: ReplicaSet): readonly Pod[] => pods().filter((pod) => controllerOf(pod)?.uid === set.metadata.uid),
    /** Works the queue off. */
    drain: () => controllers.drain(),
    makeReady(pod: Pod): void {
      setReady(pod, true);
      controllers.drain();
    },
    makeUnready(pod: Pod): void {
      setReady(pod, false);
      controllers.drain();
    },
    /** The kubelet reports the end of a terminating pod. */
    finish(pod: Pod): void {
      store.remove({ resource: "pods", namespace: NAMESPACE, name: pod.metadata.name }, { gracePeriodSeconds: 0 });
      controllers.drain();
    },
    /** Lets `seconds` pass, with all timers that fall due. */
    pass(seconds: number): void {
      clock += seconds * 1000;
      for (const entry of later.filter(({ at }) => at <= clock)) {
        later.splice(later.indexOf(entry), 1);
        entry.run();
      }
      controllers.drain();
    },
    deploy(replicas: number, strategy: DeploymentStrategy, more: Partial<Deployment["spec"]> = {}): void {
      store.create("deployments", NAMESPACE, {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "demo" },
        spec: {
          replicas,
          strategy,
          selector: { matchLabels: { app: "demo" } },
          template: { metadata: { labels: { app: "demo" } }, spec: { containers: [{ name: "c", image: "v0" }] } },
          ...more,
        },
      });
      controllers.drain();
    },
    patch(spec: unknown): void {
      store.patch({ resource: "deployments", namespace: NAMESPACE, name: "demo" }, "merge", { spec });
      controllers.drain();
    },
    image(image: string): void {
      world.patch({ template: { spec: { containers: [{ name: "c", image }] } } });
    },
    /** Readies and finishes everything, oldest first, until nothing is left to do. */
    settle(minReadySeconds = 0): void {
      for (;;) {
        const open = world.active().find((pod) => !isReady(pod));
        const ending = world.terminating()[0];
        if (open !== undefined) world.makeReady(open);
        else if (ending !== undefined) world.finish(ending);
        else if (world.available(minReadySeconds).length < world.active().length) world.pass(1);
        else return;
      }
    },
    [Symbol.dispose]: () => controllers[Symbol.dispose](),
  };
  return world;
}

export type World = ReturnType<typeof openWorld>;
