import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../../../harness/clusters/apiserver/client.ts";
import { refOf } from "../../../harness/kubernetes/rollout/action.ts";
import { isReady } from "../../../harness/kubernetes/rollout/pods.ts";
import type { Pod } from "../../../harness/kubernetes/rollout/types.ts";
import { FIRST, STUCK, type Change, type Plan } from "./plan.ts";
import { imageOf, isEnding, openWorld, type State, type World } from "./world.ts";

const NAME = "demo";

function deploymentOf({ replicas, strategy }: Plan) {
  const labels = { app: NAME };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: NAME },
    spec: {
      replicas,
      strategy,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: templateOf(FIRST) },
    },
  };
}

const templateOf = (image: string) => ({ containers: [{ name: "c", image }] });

/** Of pods that the kubelet may act on next, the drawn one; those of one image are alike. */
function pick(pods: readonly Pod[], which: number): Pod | undefined {
  const sorted = pods.toSorted((a, b) => (imageOf({ spec: a.spec }) < imageOf({ spec: b.spec }) ? -1 : 1));
  return sorted[which % Math.max(sorted.length, 1)];
}

async function makeReady(client: ApiClient, pod: Pod): Promise<void> {
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, "");
  const conditions = ["Ready", "ContainersReady", "Initialized"].map((type) => ({
    type,
    status: "True",
    lastTransitionTime,
  }));
  await client.patch(refOf("pods", pod), { status: { phase: "Running", conditions } }, "status");
}

/** The kubelet's next act: how to tell that it is seen; undefined when there is nothing that it would do. */
async function act(client: ApiClient, world: World, draw: Plan["draws"][number]): Promise<(() => boolean) | undefined> {
  const pods = world.pods();
  const now = (pod: Pod): Pod | undefined => world.pods().find((each) => each.metadata.uid === pod.metadata.uid);
  const ending = pick(pods.filter(isEnding), draw.which);
  const fresh = pick(
    pods.filter((pod) => !isEnding(pod) && !isReady(pod) && imageOf({ spec: pod.spec }) !== STUCK),
    draw.which,
  );
  const end = ending !== undefined && (draw.endFirst || fresh === undefined);
  if (end) {
    await client.remove(refOf("pods", ending), { gracePeriodSeconds: 0 });
    return () => now(ending) === undefined;
  }
  if (fresh === undefined) return undefined;
  await makeReady(client, fresh);
  return () => {
    const pod = now(fresh);
    return pod === undefined || isReady(pod);
  };
}

/** Until the next ReplicaSet's age, which is told in seconds, is not that of the last one (ms): equal ages go by the hash in the name. */
const OLDER = 1000;

/** Changes the Deployment; how to tell that it is seen. */
async function change(client: ApiClient, world: World, namespace: string, spec: object): Promise<() => boolean> {
  const changed = await client.patch({ resource: "deployments", namespace, name: NAME }, { spec });
  const wanted = Number(changed.metadata.resourceVersion);
  return () => Number(world.deployment()?.metadata.resourceVersion) >= wanted;
}

const specOf = (wanted: Change): object =>
  "image" in wanted ? { template: { spec: templateOf(wanted.image) } } : { replicas: wanted.replicas };

/**
 * Plays a plan in a namespace that is there, with a kubelet that acts only while the controllers have nothing to do:
 * the state after each turn, the last when neither has. What the controllers do within a turn is concurrent, and its
 * order is theirs; what stands when they rest is not, so that two controllers that do the same show the same states.
 */
export async function drive(
  client: ApiClient,
  namespace: string,
  plan: Plan,
  signal: AbortSignal,
): Promise<readonly State[]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    const world = await openWorld(client, namespace, either);
    await client.create("deployments", namespace, deploymentOf(plan));
    const states: State[] = [await world.settled(() => world.deployment() !== undefined)];
    const last = Math.max(...plan.changes.map(({ turn }) => turn));
    for (const [turn, draw] of plan.draws.entries()) {
      const wanted = plan.changes.find((each) => each.turn === turn);
      if (wanted !== undefined && "image" in wanted) await sleep(OLDER, undefined, { signal });
      const seen =
        wanted === undefined ? await act(client, world, draw) : await change(client, world, namespace, specOf(wanted));
      if (seen !== undefined) states.push(await world.settled(seen));
      else if (turn > last) break;
    }
    return states;
  } finally {
    stop.abort();
  }
}
