import type { Manifest } from "../../core/elector.ts";
import { boundIn } from "./rbac.ts";

/** What a server wrote into an object that was read back from it, and what would keep it from being deleted. */
const SERVERS: ReadonlySet<string> = new Set([
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
  "selfLink",
  "ownerReferences",
  "finalizers",
]);

/** An object as it is made in a namespace, whatever namespace it named. */
export function placed(object: Manifest, namespace: string): Manifest {
  const { status: _, metadata, ...rest } = object;
  const kept = Object.fromEntries(Object.entries(metadata).filter(([field]) => !SERVERS.has(field)));
  return boundIn({ ...rest, metadata: { ...kept, name: metadata.name, namespace } }, namespace);
}
