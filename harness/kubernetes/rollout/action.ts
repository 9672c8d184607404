import type { KubeObject, ObjectMeta, ObjectStore, OwnerReference, Ref } from "../objects.ts";

export type NewObject = Omit<KubeObject, "metadata"> & { readonly metadata: Partial<ObjectMeta> };

/** What a controller wants done to the API; applied in order. */
export type Action =
  | { readonly kind: "create"; readonly resource: string; readonly namespace: string; readonly object: NewObject }
  | { readonly kind: "patch"; readonly ref: Ref; readonly body: unknown }
  | {
      readonly kind: "status";
      readonly ref: Ref;
      readonly status: unknown;
      /** Set with it: annotations that come by the status do not count as a new generation of a Deployment. */
      readonly annotations?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "remove"; readonly ref: Ref; readonly uid?: string; readonly gracePeriodSeconds?: number };

/** What one reconciliation decided, and when it wants to be asked again though nothing changed. */
export type Outcome = { readonly actions: readonly Action[]; readonly requeueAfterMs?: number };

/** Carries an action out; a status is written over the object as it is now. Throws the store's ApiError. */
export function apply(store: ObjectStore, action: Action): void {
  switch (action.kind) {
    case "create":
      store.create(action.resource, action.namespace, action.object);
      return;
    case "patch":
      store.patch(action.ref, "merge", action.body);
      return;
    case "status": {
      const current = store.get(action.ref);
      if (current === undefined) return;
      const annotations = { ...current.metadata.annotations, ...action.annotations };
      const metadata = action.annotations === undefined ? current.metadata : { ...current.metadata, annotations };
      store.update(action.ref.resource, { ...current, metadata, status: action.status } as KubeObject, "status");
      return;
    }
    case "remove": {
      const { uid, gracePeriodSeconds } = action;
      store.remove(action.ref, {
        ...(uid === undefined ? {} : { uid }),
        ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      });
      return;
    }
    default:
      throw action satisfies never;
  }
}

export const refOf = (resource: string, object: KubeObject): Ref => ({
  resource,
  namespace: object.metadata.namespace ?? "",
  name: object.metadata.name,
});

export const controllerRef = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? "",
  controller: true,
  blockOwnerDeletion: true,
});

/** Uid of the object that controls this one; undefined for an orphan. */
export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((owner) => owner.controller === true);

export const ownedBy = <T extends KubeObject>(objects: readonly KubeObject[], owner: KubeObject): readonly T[] =>
  objects.filter((object) => controllerOf(object)?.uid === owner.metadata.uid) as T[];

/** metav1.Time: whole seconds, as the real controllers write and compare them. */
export const stamp = (now: Date): string => `${now.toISOString().slice(0, 19)}Z`;
