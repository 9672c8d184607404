/** An API object as JSON; treat it as immutable. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
};

export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

export type ObjectMeta = {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly [field: string]: unknown;
};

/** `resource` is the plural ("leases"); namespace is "" for cluster-scoped objects. */
export type Ref = { readonly resource: string; readonly namespace: string; readonly name: string };

/** A committed change, delivered synchronously in commit order. */
export type Change = {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: string;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
  readonly version: number;
};

export type PatchType = "merge" | "json" | "strategic" | "apply";

/** The store as controllers and the embedded cluster use it; every method is synchronous and throws ApiError. */
export interface ObjectStore {
  get(ref: Ref): KubeObject | undefined;
  /** All of a resource in a namespace ("" for every namespace), by equality label selector. */
  list(resource: string, namespace: string, labels?: Readonly<Record<string, string>>): readonly KubeObject[];
  create(
    resource: string,
    namespace: string,
    object: Omit<KubeObject, "metadata"> & { metadata: Partial<ObjectMeta> },
  ): KubeObject;
  /** Preconditioned on metadata.resourceVersion where it is set. */
  update(resource: string, object: KubeObject, subresource?: "status"): KubeObject;
  patch(
    ref: Ref,
    type: PatchType,
    body: unknown,
    options?: {
      readonly subresource?: "status";
      readonly fieldManager?: string;
      readonly force?: boolean;
    },
  ): KubeObject;
  /** A pod bound to a node with a grace above 0 is only marked (deletionTimestamp); grace 0 removes it. */
  remove(
    ref: Ref,
    options?: {
      readonly gracePeriodSeconds?: number;
      readonly uid?: string;
      readonly resourceVersion?: string;
    },
  ): KubeObject | undefined;
  subscribe(listener: (change: Change) => void): () => void;
}
