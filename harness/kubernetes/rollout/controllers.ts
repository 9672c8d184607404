import { assert } from "../../core/errors.ts";
import type { Change, KubeObject, ObjectStore } from "../objects.ts";
import { apply, controllerOf, type Action, type Outcome } from "./action.ts";
import { reconcileDaemonSet } from "./daemonset.ts";
import { reconcileDeployment } from "./deployment.ts";
import { collectable, collectGarbage } from "./garbage.ts";
import { reconcileReplicaSet } from "./replicaset.ts";
import { schedule } from "./scheduler.ts";
import type { DaemonSet, Deployment, Node, Pod, ReplicaSet } from "./types.ts";

/** A piece of work; its text is its identity in the queue. */
type Work =
  | {
      readonly kind: "deployments" | "replicasets" | "daemonsets" | "pods";
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly kind: "garbage"; readonly namespace: string; readonly name: string };

export type ControllerOptions = {
  /** Wall time, for the stamps that the API shows. */
  readonly now: () => Date;
  /** Runs the queue soon, but not within the commit that filled it. */
  readonly defer: (run: () => void) => void;
  /** Runs later, after `ms`; returns how to cancel. */
  readonly later: (ms: number, run: () => void) => () => void;
  /** A controller's request that the API refused; the work is tried again after a second. */
  readonly refused: (work: string, error: unknown) => void;
};

export type Controllers = Disposable & {
  /** Works the queue off now; for those who drive the controllers by hand. */
  drain(): void;
};

/** More passes than any rollout needs: a queue that does not empty is a bug of ours. */
const MOST_PASSES = 100_000;
const RETRY_MS = 1000;

const controlled: Record<string, "deployments" | "replicasets" | "daemonsets"> = {
  Deployment: "deployments",
  ReplicaSet: "replicasets",
  DaemonSet: "daemonsets",
};

/** Runs Deployment, ReplicaSet, DaemonSet, garbage collection and scheduler over a store until nothing changes, and again at each change. */
export function startControllers(store: ObjectStore, options: ControllerOptions): Controllers {
  const queue = new Map<string, Work>();
  const timers = new Map<string, () => void>();
  let deferred = false;
  let closed = false;
  /** Works done without the queue having run empty. */
  let passes = 0;

  const enqueue = (work: Work): void => {
    if (closed) return;
    queue.set(`${work.kind}/${work.namespace}/${work.name}`, work);
    wake();
  };

  const wake = (): void => {
    if (deferred) return;
    deferred = true;
    options.defer(turn);
  };

  /** One work a turn: what is observed in the same event loop must not wait for a whole queue. */
  const turn = (): void => {
    attendFirst();
    deferred = false;
    if (!closed && queue.size > 0) wake();
    else passes = 0;
  };

  const attendFirst = (): void => {
    const first = queue.entries().next();
    if (closed || first.done) return;
    const [key, work] = first.value;
    assert((passes += 1) < MOST_PASSES, `the controllers do not come to rest over ${key}`);
    queue.delete(key);
    attend(key, work);
  };

  const drain = (): void => {
    while (!closed && queue.size > 0) attendFirst();
    passes = 0;
  };

  const again = (key: string, work: Work, ms: number): void => {
    timers.get(key)?.();
    const cancel = options.later(ms, () => {
      timers.delete(key);
      enqueue(work);
    });
    timers.set(key, cancel);
  };

  const attend = (key: string, work: Work): void => {
    try {
      const outcome = reconcile(store, work, options.now());
      for (const action of outcome.actions) apply(store, action);
      if (outcome.requeueAfterMs !== undefined) again(key, work, Math.ceil(outcome.requeueAfterMs));
    } catch (error) {
      options.refused(key, error);
      again(key, work, RETRY_MS);
    }
  };

  const unsubscribe = store.subscribe((change) => {
    for (const work of workFor(store, change)) enqueue(work);
  });
  for (const resource of ["deployments", "replicasets", "daemonsets", "pods"] as const)
    for (const object of store.list(resource, "")) enqueue(itself(resource, object));

  return {
    drain,
    [Symbol.dispose]() {
      closed = true;
      unsubscribe();
      queue.clear();
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

const itself = (kind: "deployments" | "replicasets" | "daemonsets" | "pods", object: KubeObject): Work => ({
  kind,
  namespace: object.metadata.namespace ?? "",
  name: object.metadata.name,
});

function ownerWork(object: KubeObject): Work | undefined {
  const owner = controllerOf(object);
  const kind = owner && controlled[owner.kind];
  return kind && { kind, namespace: object.metadata.namespace ?? "", name: owner.name };
}

/** Whom a change concerns. */
function workFor(store: ObjectStore, change: Change): readonly Work[] {
  const { resource, object, type } = change;
  const work: (Work | undefined)[] = [];
  if (type === "DELETED" && object.metadata.uid !== undefined)
    work.push({ kind: "garbage", namespace: object.metadata.namespace ?? "", name: object.metadata.uid });
  switch (resource) {
    case "deployments":
    case "replicasets":
    case "daemonsets":
      if (type !== "DELETED") work.push(itself(resource, object));
      work.push(ownerWork(object));
      break;
    case "pods": {
      if (type === "ADDED") work.push(itself("pods", object));
      const owner = ownerWork(object);
      work.push(owner);
      // Recreate waits for the last old pod to be gone, which no ReplicaSet's status tells.
      const set = type === "DELETED" && owner && store.get({ ...owner, resource: owner.kind });
      if (set) work.push(ownerWork(set));
      break;
    }
    case "nodes":
      for (const set of store.list("daemonsets", "")) work.push(itself("daemonsets", set));
      for (const pod of store.list("pods", ""))
        if ((pod as Pod).spec.nodeName === undefined) work.push(itself("pods", pod));
      break;
  }
  return work.filter((item) => item !== undefined);
}

function reconcile(store: ObjectStore, work: Work, now: Date): Outcome {
  const { namespace, name } = work;
  const pods = (): readonly Pod[] => store.list("pods", namespace) as readonly Pod[];
  const nodes = (): readonly Node[] => store.list("nodes", "") as readonly Node[];
  if (work.kind === "garbage") return { actions: garbage(store, namespace, name) };
  const object = store.get({ resource: work.kind, namespace, name });
  if (object === undefined) return { actions: [] };
  switch (work.kind) {
    case "deployments": {
      const replicaSets = store.list("replicasets", namespace) as readonly ReplicaSet[];
      return reconcileDeployment({ deployment: object as Deployment, replicaSets, pods: pods() }, now);
    }
    case "replicasets":
      return reconcileReplicaSet(object as ReplicaSet, pods(), now);
    case "daemonsets":
      return reconcileDaemonSet(object as DaemonSet, pods(), nodes(), now);
    case "pods":
      return { actions: schedule(object as Pod, nodes(), pods(), now) };
    default:
      throw work satisfies never;
  }
}

function garbage(store: ObjectStore, namespace: string, gone: string): readonly Action[] {
  const lists = new Map(collectable.map((resource) => [resource as string, store.list(resource, namespace)]));
  const uids = new Set([...lists.values()].flat().map((object) => object.metadata.uid));
  return collectGarbage(gone, lists, (uid) => uids.has(uid));
}
