import { decoded, messageFor } from "./accept.ts";
import { assert } from "../core/errors.ts";
import { deletionOf, endsBy } from "./deletion.ts";
import { equal } from "./equal.ts";
import { alreadyExists, badRequest, forbidden, internal, modified, notFound } from "./errors.ts";
import type { Features } from "./kinds.ts";
import { ChangeLog } from "./log.ts";
import { trackUpdate } from "./managed/update.ts";
import type { Change, KubeObject, ObjectMeta, ObjectStore, PatchType, Ref } from "./objects.ts";
import { patchedObject } from "./patch/patched.ts";
import { checkPreconditions, checkUid, checkVersionText, unversioned, type RemoveOptions } from "./preconditions.ts";
import { nameWarnings } from "./names.ts";
import { prepareCreate, prepareUpdate } from "./prepare.ts";
import { storedResource, type Resource } from "./resources.ts";

export type StoreOptions = {
  /** The wall clock: creation, deletion and managedFields times. */
  readonly now: () => Date;
  /** A fresh uid; also the source of generated names. */
  readonly uid: () => string;
  /** How many changes a watch may lag behind; 10,000 by default. */
  readonly logLimit?: number;
  readonly features?: Partial<Features>;
};

export type WriteOptions = {
  /** Who owns the fields in managedFields. */
  readonly fieldManager?: string;
  /** Answers as if it were done, and does nothing. */
  readonly dryRun?: boolean;
  /** Told the paths of fields that the kind has not, before anything is stored; may throw. */
  readonly onUnknown?: (paths: readonly string[]) => void;
  /** Told of what is allowed and ill-advised about a new object. */
  readonly onWarning?: (texts: readonly string[]) => void;
};

export type PatchOptions = WriteOptions & {
  readonly subresource?: "status";
  readonly force?: boolean;
  /** The patch's own fields are not looked at before it is applied. */
  readonly unchecked?: boolean;
};

type NewObject = Omit<KubeObject, "metadata"> & { readonly metadata: Partial<ObjectMeta> };

/** Letters and digits of generated names: no vowels, nothing that looks like another. */
const NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
const NAME_TRIES = 8;
const SEED_NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;
const versionOf = (object: KubeObject): number => Number(object.metadata.resourceVersion);

/** The embedded API's objects: one counter of versions, optimistic concurrency, a log of changes. No I/O, no clock. */
export class Store implements ObjectStore {
  readonly #options: StoreOptions;
  readonly #features: Features;
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #pending: Change[] = [];
  readonly log: ChangeLog;
  #version = 1;
  #delivering = false;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#features = { coordinatedLeaderElection: false, ...options.features };
    this.log = new ChangeLog(this.#version, options.logLimit ?? 10_000);
    for (const name of SEED_NAMESPACES)
      this.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }

  /** The version of the last change. */
  get version(): number {
    return this.#version;
  }

  /** The store's time in whole seconds, as metav1.Time is written. */
  stamp(): string {
    return `${this.#options.now().toISOString().slice(0, 19)}Z`;
  }

  get(ref: Ref): KubeObject | undefined {
    return this.#table(ref.resource).get(keyOf(ref.namespace, ref.name));
  }

  list(resource: string, namespace: string, labels?: Readonly<Record<string, string>>): readonly KubeObject[] {
    const wanted = Object.entries(labels ?? {});
    return sorted(this.#table(resource), namespace).filter((object) =>
      wanted.every(([key, value]) => object.metadata.labels?.[key] === value),
    );
  }

  /** The list as it was at a version; throws 410 when that is forgotten. */
  listAt(resource: string, namespace: string, version: number): readonly KubeObject[] {
    if (version === this.#version) return this.list(resource, namespace);
    const table = new Map(this.#table(resource));
    for (const change of this.log.since(version).toReversed()) {
      if (change.resource !== resource) continue;
      const { namespace: inside = "", name } = change.object.metadata;
      if (change.previous === undefined) table.delete(keyOf(inside, name));
      else table.set(keyOf(inside, name), change.previous);
    }
    return sorted(table, namespace);
  }

  create(name: string, namespace: string, input: NewObject, options: WriteOptions = {}): KubeObject {
    const resource = this.#resource(name);
    const object = this.#accept(resource, input, options);
    return this.#create(resource, this.#placed(resource, object, namespace), options);
  }

  update(name: string, input: KubeObject, subresource?: "status", options: WriteOptions = {}): KubeObject {
    const resource = this.#resource(name);
    const object = this.#accept(resource, input, options);
    const namespace = resource.namespaced ? (object.metadata.namespace ?? "default") : "";
    const current = this.get({ resource: name, namespace, name: object.metadata.name });
    if (current === undefined && (subresource !== undefined || !resource.createOnUpdate))
      throw notFound(resource, object.metadata.name);
    checkUid(resource, namespace, object, current, options.dryRun === true);
    checkVersionText(object);
    if (current !== undefined) return this.#update(resource, object, current, subresource, options);
    const { resourceVersion, ...metadata } = object.metadata;
    const made = this.#create(resource, this.#placed(resource, { ...object, metadata }, namespace), options);
    // The real API too leaves the version of the request in the answer to a dry run.
    if (options.dryRun !== true || resourceVersion === undefined) return made;
    return { ...made, metadata: { ...made.metadata, resourceVersion } };
  }

  patch(ref: Ref, type: PatchType, body: unknown, options: PatchOptions = {}): KubeObject {
    const resource = this.#resource(ref.resource);
    const current = this.get(ref);
    if (current === undefined && (type !== "apply" || options.subresource !== undefined))
      throw notFound(resource, ref.name);
    const writer = this.#writer(options);
    const { force = false, unchecked = false } = options;
    const unknown: string[] = [];
    const heard = (): void => (unknown.length > 0 ? options.onUnknown?.(unknown) : undefined);
    const object = patchedObject({ resource, ref, type, body, current, writer, force, unchecked, unknown, heard });
    checkVersionText(object);
    if (current !== undefined)
      return this.#update(resource, object, current, options.subresource, options, type === "apply");
    const { resourceVersion: _version, ...metadata } = object.metadata;
    return this.#create(resource, this.#placed(resource, { ...object, metadata }, ref.namespace), options, true);
  }

  remove(ref: Ref, options: RemoveOptions = {}): KubeObject | undefined {
    const resource = this.#resource(ref.resource);
    const current = this.get(ref);
    if (current === undefined) return undefined;
    checkPreconditions(resource, current, options);
    const deletion = deletionOf(ref.resource, current, this.#options.now().getTime(), options.gracePeriodSeconds);
    if (options.dryRun === true) return "object" in deletion ? deletion.object : current;
    switch (deletion.kind) {
      case "nothing":
        return current;
      case "remove":
        return this.#drop(resource, current);
      case "mark":
        return this.#mark(resource, deletion.object, current);
      case "mark-remove":
        return this.#drop(resource, this.#commit(resource, "MODIFIED", deletion.object, current));
      default:
        throw deletion satisfies never;
    }
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets the log of changes: who lags behind now is told 410. */
  compact(): void {
    this.log.compact(this.#version);
  }

  #resource(name: string): Resource {
    const resource = storedResource(name);
    assert(resource !== undefined, `no resource is called ${name}`);
    return resource;
  }

  #table(resource: string): Map<string, KubeObject> {
    let table = this.#objects.get(resource);
    if (table === undefined) this.#objects.set(resource, (table = new Map()));
    return table;
  }

  #accept(resource: Resource, input: unknown, options: WriteOptions): KubeObject {
    const unknown: string[] = [];
    const object = decoded(resource, input, unknown);
    if (unknown.length > 0) options.onUnknown?.(unknown);
    return object;
  }

  /** The object in its namespace, which must be there and not be ending. */
  #placed(resource: Resource, object: KubeObject, namespace: string): KubeObject {
    if (!resource.namespaced) return object;
    if (object.metadata.namespace !== undefined && object.metadata.namespace !== namespace)
      throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
    const home = this.get({ resource: "namespaces", namespace: "", name: namespace });
    if (home === undefined) throw notFound(this.#resource("namespaces"), namespace);
    if (home.metadata.deletionTimestamp !== undefined)
      throw forbidden(
        resource,
        object.metadata.name,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
        [
          {
            reason: "NamespaceTerminating",
            message: `namespace ${namespace} is being terminated`,
            field: "metadata.namespace",
          },
        ],
      );
    return { ...object, metadata: { ...object.metadata, namespace } };
  }

  #writer(options: WriteOptions): { readonly manager: string; readonly time: string } {
    return { manager: options.fieldManager ?? "interregnum", time: this.stamp() };
  }

  #create(resource: Resource, input: KubeObject, options: WriteOptions, managed = false): KubeObject {
    const object = this.#named(resource, input);
    const birth = { uid: this.#options.uid(), creationTimestamp: this.stamp(), features: this.#features };
    const prepared = prepareCreate(resource, object, birth);
    options.onWarning?.(nameWarnings(resource, prepared.metadata.name));
    if (object.metadata.resourceVersion !== undefined && object.metadata.resourceVersion !== "0")
      throw internal("resourceVersion should not be set on objects to be created");
    const { namespace = "", name } = prepared.metadata;
    const present = this.#table(resource.name).get(keyOf(namespace, name));
    if (present !== undefined) throw alreadyExists(resource, name, present.metadata.deletionTimestamp !== undefined);
    const message = messageFor(resource);
    const next =
      managed || message === undefined ? prepared : trackUpdate(prepared, undefined, message, this.#writer(options));
    return options.dryRun === true ? next : this.#commit(resource, "ADDED", next, undefined);
  }

  #named(resource: Resource, object: KubeObject): KubeObject {
    const { generateName, namespace = "" } = object.metadata;
    if ((object.metadata.name ?? "") !== "" || generateName === undefined) return object;
    let name = "";
    for (let attempt = 0; attempt < NAME_TRIES; attempt += 1) {
      name = generateName.slice(0, 58) + suffix(this.#options.uid());
      if (!this.#table(resource.name).has(keyOf(namespace, name))) break;
    }
    return { ...object, metadata: { ...object.metadata, name } };
  }

  #update(
    resource: Resource,
    object: KubeObject,
    current: KubeObject,
    subresource: "status" | undefined,
    options: WriteOptions,
    managed = false,
  ): KubeObject {
    const name = current.metadata.name;
    const asked = Number(object.metadata.resourceVersion ?? "0");
    if (asked === 0 && !resource.unconditional) throw unversioned(resource, name);
    if (asked !== 0 && asked !== versionOf(current)) throw modified(resource, name);
    const prepared = prepareUpdate(resource, object, current, subresource, this.#features);
    const message = messageFor(resource);
    const next =
      managed || message === undefined ? prepared : trackUpdate(prepared, current, message, this.#writer(options));
    const same = { ...next, metadata: { ...next.metadata, resourceVersion: current.metadata.resourceVersion } };
    if (equal(same, current)) return current;
    if (options.dryRun === true) return same as KubeObject;
    if (endsBy(next, current)) {
      this.#drop(resource, current);
      return same as KubeObject;
    }
    return this.#commit(resource, "MODIFIED", next, current);
  }

  #mark(resource: Resource, object: KubeObject, current: KubeObject): KubeObject {
    const marked = this.#commit(resource, "MODIFIED", object, current);
    if (resource.name === "namespaces") this.#empty(marked.metadata.name);
    return marked;
  }

  #drop(resource: Resource, current: KubeObject): KubeObject {
    const gone = this.#commit(resource, "DELETED", current, current);
    const home = gone.metadata.namespace;
    if (home !== undefined) this.#endNamespace(home);
    return gone;
  }

  /** What the namespace controller does: deletes the content, then the namespace once nothing is left in it. */
  #empty(namespace: string): void {
    for (const name of this.#objects.keys())
      for (const object of name === "namespaces" ? [] : this.list(name, namespace))
        this.remove({ resource: name, namespace, name: object.metadata.name });
    this.#endNamespace(namespace);
  }

  #endNamespace(name: string): void {
    const home = this.get({ resource: "namespaces", namespace: "", name });
    if (home?.metadata.deletionTimestamp === undefined) return;
    for (const [resource, table] of this.#objects)
      if (resource !== "namespaces")
        for (const object of table.values()) if (object.metadata.namespace === name) return;
    this.#commit(this.#resource("namespaces"), "DELETED", home, home);
  }

  #commit(resource: Resource, type: Change["type"], next: KubeObject, previous: KubeObject | undefined): KubeObject {
    this.#version += 1;
    const object = { ...next, metadata: { ...next.metadata, resourceVersion: String(this.#version) } };
    const table = this.#table(resource.name);
    const key = keyOf(object.metadata.namespace ?? "", object.metadata.name);
    if (type === "DELETED") table.delete(key);
    else table.set(key, object);
    const change: Change = {
      type,
      resource: resource.name,
      object,
      ...(previous === undefined ? {} : { previous }),
      version: this.#version,
    };
    this.log.append(change);
    this.#pending.push(change);
    this.#deliver();
    return object;
  }

  /** A listener that commits is not overtaken by what it committed: changes reach every listener in order. */
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let change = this.#pending.shift(); change !== undefined; change = this.#pending.shift())
        for (const listener of this.#listeners) listener(change);
    } finally {
      this.#delivering = false;
    }
  }
}

/** Objects in the order of their keys, as etcd has them; namespace "" for all. */
function sorted(table: ReadonlyMap<string, KubeObject>, namespace: string): KubeObject[] {
  const keys: string[] = [];
  // One namespace of many is looked for: the table is not copied for it.
  for (const [key, object] of table) if (namespace === "" || object.metadata.namespace === namespace) keys.push(key);
  return keys.sort().map((key) => table.get(key)!);
}

/** Five letters out of a uid's first digits. */
const suffix = (uid: string): string =>
  [0, 2, 4, 6, 9]
    .map((at) => NAME_LETTERS[Number.parseInt(uid.slice(at, at + 2), 16) % NAME_LETTERS.length] ?? "b")
    .join("");
