import type { Elector } from "../../core/elector.ts";
import { imageArguments, imageOf, imagesBeside, isThere, type ElectorImage } from "../../electors/images.ts";
import type { KindCluster } from "./engine.ts";
import { userImages } from "./user-images.ts";

/** An elector as the image that runs it. */
export type Imaged = { readonly elector: Elector; readonly image: ElectorImage };

/** Builds the elector's image, where it is not named, and loads what this machine has of its images into the nodes; the nodes pull the rest. */
export async function imaged(elector: Elector, cluster: KindCluster, signal: AbortSignal): Promise<Imaged> {
  if (elector.manifests !== undefined) return userImages(elector, elector.manifests, cluster, signal);
  const image = await imageOf(elector, signal);
  for (const name of new Set([image.name, ...imagesBeside(elector)]))
    if (await isThere(name, signal)) await cluster.load(name, signal);
  return { elector: { ...elector, image: image.name, args: imageArguments(elector) }, image };
}
