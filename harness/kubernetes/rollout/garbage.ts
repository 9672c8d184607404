import type { KubeObject } from "../objects.ts";
import { refOf, type Action } from "./action.ts";
import { removePod } from "./replicaset.ts";
import type { Pod } from "./types.ts";

/** What may be owned by something, in the order in which it is collected. */
export const collectable = [
  "deployments",
  "replicasets",
  "daemonsets",
  "pods",
  "leases",
  "configmaps",
  "endpoints",
  "endpointslices",
  "secrets",
] as const;

/**
 * Deletes, in the background manner, what the gone object owned and nobody else does. `exists` tells whether an owner
 * with that uid is still there.
 */
export function collectGarbage(
  gone: string,
  objects: ReadonlyMap<string, readonly KubeObject[]>,
  exists: (uid: string) => boolean,
): readonly Action[] {
  const orphaned = (object: KubeObject): boolean => {
    const owners = object.metadata.ownerReferences ?? [];
    return owners.some((owner) => owner.uid === gone) && !owners.some((owner) => exists(owner.uid));
  };
  return [...objects].flatMap(([resource, list]) =>
    list
      .filter((object) => object.metadata.deletionTimestamp === undefined && orphaned(object))
      .map((object): Action => {
        if (resource === "pods") return removePod(object as Pod);
        const uid = object.metadata.uid;
        return { kind: "remove", ref: refOf(resource, object), ...(uid === undefined ? {} : { uid }) };
      }),
  );
}
