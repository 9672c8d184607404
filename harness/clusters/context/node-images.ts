import { inNode } from "../kind/docker.ts";

/** Those of the nodes that have not the image. */
export async function nodesWithout(
  nodes: readonly string[],
  image: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const absent = await Promise.all(
    nodes.map(async (node) => (await inNode(node, ["crictl", "images", "--quiet", image], signal)).trim() === ""),
  );
  return nodes.filter((_, index) => absent[index]);
}

/** Granted to a node, in ms. */
const REMOVED_WITHIN = 30_000;

/** Removes from the nodes an image that was loaded into them, by all its names. */
export async function removeImage(nodes: readonly string[], image: string): Promise<void> {
  const signal = AbortSignal.timeout(REMOVED_WITHIN);
  await Promise.all(nodes.map((node) => inNode(node, ["crictl", "rmi", image], signal)));
}
