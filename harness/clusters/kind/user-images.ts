import type { Elector, Manifests } from "../../core/elector.ts";
import { imageOf, isThere, type ElectorImage } from "../../electors/images.ts";
import { imageIn, imagesOf, withImages } from "../../electors/manifests/images.ts";
import { toleratesControlPlane } from "../../electors/manifests/pods.ts";
import type { KindCluster } from "./engine.ts";

/** An elector whose manifests name images that its nodes have, or can pull. */
export type UserImages = { readonly elector: Elector; readonly image: ElectorImage };

/** By its digest alone a loaded image is not found. */
const isPinned = (image: string): boolean => image.includes("@sha256:");

/**
 * Loads those images of the manifests into the nodes that this machine's engine has; the nodes pull the others. Where the
 * elector.yaml has a context, its Dockerfile's image is run in place of the one that the elector's container names.
 */
export async function userImages(
  elector: Elector,
  manifests: Manifests,
  cluster: KindCluster,
  signal: AbortSignal,
): Promise<UserImages> {
  const { object } = manifests.workload;
  const named = imageIn(object, manifests.container) ?? "";
  const made = elector.context === undefined ? undefined : await imageOf(elector, signal);
  const inPlace = (image: string): string => (made !== undefined && image === named ? made.name : image);
  const tolerant = toleratesControlPlane(object);
  const loaded = new Set<string>();
  for (const image of new Set(imagesOf(object).map(inPlace))) {
    if (isPinned(image) || !(await isThere(image, signal))) continue;
    await cluster.load(image, signal, tolerant);
    loaded.add(image);
  }
  const changed = withImages(object, (image) => {
    const run = inPlace(image);
    return { image: run, imagePullPolicy: loaded.has(run) ? "Never" : "IfNotPresent" };
  });
  const workload = { ...manifests.workload, object: changed };
  return {
    elector: { ...elector, manifests: { ...manifests, workload } },
    image: made ?? { name: named, built: false },
  };
}
