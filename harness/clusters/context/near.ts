import { HarnessError } from "../../core/errors.ts";
import { outputOf } from "../../electors/program.ts";
import { programOf } from "../../electors/programs.ts";
import { openClient } from "../apiserver/client.ts";
import { clientOf, gatewayOf, nodesOf, type KindCluster } from "../kind/engine.ts";
import { guestOf } from "./guest.ts";
import type { KubeContext } from "./kubeconfig.ts";
import { noteDeed, placeOf } from "./leftovers.ts";
import { nodesWithout, removeImage } from "./node-images.ts";

const kindName = (context: string): string | undefined => /^kind-(.+)$/.exec(context)?.[1];

/** Whether the context's nodes are containers of this machine's engine: a kind cluster that the user made here. */
export async function isNear({ name, url }: KubeContext, signal: AbortSignal): Promise<boolean> {
  const kind = kindName(name);
  if (kind === undefined || (await programOf("kind", ".")) === undefined) return false;
  try {
    await using client = await clientOf(kind, signal);
    return client?.url === url;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HarnessError) return false; // no engine answers
    throw error;
  }
}

/** A kind cluster of the user's own with its nodes at hand; neither made nor removed, and left as it was. */
export async function openNear(
  context: KubeContext,
  folder: string,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<KindCluster> {
  const kind = kindName(context.name)!;
  await using stack = new AsyncDisposableStack();
  const client = stack.use(openClient(context.url, context.access));
  const nodes = await nodesOf(kind, signal);
  const gateway = await gatewayOf(nodes[0]!.name, signal);
  const workers = nodes.filter(({ worker }) => worker).map((node) => node.name);
  const owned = stack.move();
  const loaded = new Map<string, Promise<void>>();
  const load = async (image: string, cut: AbortSignal): Promise<void> => {
    const without = await nodesWithout(workers, image, cut);
    if (without.length === 0) return;
    say(`${context.name}: loading ${image} into ${without.join(", ")}`);
    noteDeed(folder, placeOf(context.name), { kind: "image", name: image, nodes: without });
    await outputOf(["kind", "load", "docker-image", image, "--name", kind, "--nodes", without.join(",")], cut);
    owned.defer(() => removeImage(without, image));
  };
  return {
    name: context.name,
    client,
    access: context.access,
    nodes,
    gateway,
    load(image, cut) {
      const loading = loaded.get(image) ?? load(image, cut);
      loaded.set(image, loading);
      loading.catch(() => loaded.delete(image));
      return loading;
    },
    async exportLogs() {}, // of what is the user's own nothing is copied
    guest: guestOf(client, context.name, false),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
