import type { Elector } from "../../core/elector.ts";
import { imageArguments, imageOf, type ElectorImage } from "../../electors/images.ts";
import type { KindCluster } from "./engine.ts";
import { userImages } from "./user-images.ts";

/** An elector as the image that runs it. */
export type Imaged = { readonly elector: Elector; readonly image: ElectorImage };

/** Builds the elector's image, where it is not named, and loads it into the nodes. */
export async function imaged(elector: Elector, cluster: KindCluster, signal: AbortSignal): Promise<Imaged> {
  if (elector.manifests !== undefined) return userImages(elector, elector.manifests, cluster, signal);
  const image = await imageOf(elector, signal);
  if (image.built) await cluster.load(image.name, signal);
  return { elector: { ...elector, image: image.name, args: imageArguments(elector) }, image };
}
