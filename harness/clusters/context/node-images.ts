import { inNode } from "../kind/docker.ts";

/** containerd's own program: it is in every kind node. */
const CTR = ["ctr", "--namespace=k8s.io", "images"];

/** Names of images on a node, and what each is a name of. */
export type Names = ReadonlyMap<string, string>;

/** Reads what `ctr images ls` writes: a name, a type, a digest a line. */
export function namesIn(listing: string): Names {
  const rows = listing.split("\n").slice(1);
  return new Map(
    rows.flatMap((row) => {
      const [name, , digest] = row.split(/\s+/);
      return name === undefined || digest === undefined ? [] : [[name, digest] as const];
    }),
  );
}

/** As containerd names an image of this machine's engine. */
export function fullName(image: string): string {
  const [first = "", ...rest] = image.split("/");
  if (rest.length === 0) return `docker.io/library/${image}`;
  return /[.:]|^localhost$/.test(first) ? image : `docker.io/${image}`;
}

/** The names that loading an image gave it: its own, one of the import, and its id. */
export function loadedNames(names: Names, image: string): readonly string[] {
  const digest = names.get(fullName(image));
  if (digest === undefined) return [];
  const own = (name: string): boolean => name === fullName(image) || /^(?:import-[\d-]+@)?sha256:/.test(name);
  return [...names].filter(([name, of]) => of === digest && own(name)).map(([name]) => name);
}

/** Those of the nodes that have not the image. */
export async function nodesWithout(
  nodes: readonly string[],
  image: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const names = await Promise.all(nodes.map((node) => namesOn(node, signal)));
  return nodes.filter((_, index) => !names[index]!.has(fullName(image)));
}

/** Granted to a node, in ms. */
const REMOVED_WITHIN = 30_000;

/** Removes from the nodes an image that was loaded into them. */
export async function removeImage(nodes: readonly string[], image: string): Promise<void> {
  const signal = AbortSignal.timeout(REMOVED_WITHIN);
  const remove = async (node: string): Promise<void> => {
    const names = loadedNames(await namesOn(node, signal), image);
    if (names.length > 0) await inNode(node, [...CTR, "rm", ...names], signal);
  };
  await Promise.all(nodes.map(remove));
}

const namesOn = async (node: string, signal: AbortSignal): Promise<Names> =>
  namesIn(await inNode(node, [...CTR, "ls"], signal));
