import { isJson, type Json, type Message } from "../../wire/schema.ts";
import { equal } from "../equal.ts";
import { ApiError } from "../errors.ts";
import type { KubeObject } from "../objects.ts";
import {
  APPLIED,
  CHANGED,
  CONTAINER,
  elementsOf,
  leavesOf,
  pathOf,
  shownPath,
  STATED,
  UNOWNED,
  type Path,
} from "./fields.ts";
import { managersOf, sameManager, withManagers, type Manager } from "./managers.ts";
import { mergedOrder } from "./order.ts";
import type { Writer } from "./update.ts";

type Owner = Pick<Manager, "manager" | "operation" | "apiVersion">;
type Clash = { readonly owner: Owner; readonly path: Path };

const ownerText = (owner: Owner): string =>
  owner.operation === "Apply" ? `"${owner.manager}"` : `"${owner.manager}" using ${owner.apiVersion}`;

function conflictError(clashes: readonly Clash[]): ApiError {
  const causes = clashes.map(({ owner, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${ownerText(owner)}`,
    field: shownPath(path),
  }));
  const owners = [...new Set(clashes.map(({ owner }) => ownerText(owner)))].sort();
  const listed = owners.map((owner) =>
    [
      `conflicts with ${owner}:`,
      ...clashes.filter((clash) => ownerText(clash.owner) === owner).map((clash) => `- ${shownPath(clash.path)}`),
    ].join("\n"),
  );
  const text = clashes.length === 1 ? `${causes[0]!.message}: ${causes[0]!.field}` : listed.join("\n");
  const count = `${clashes.length} conflict${clashes.length === 1 ? "" : "s"}`;
  return new ApiError(409, "Conflict", `Apply failed with ${count}: ${text}`, { causes });
}

type Tree = Record<string, unknown>;

/** The list element a `v:` or `k:` step names; -1 where there is none. */
function indexIn(items: readonly unknown[], element: string): number {
  const wanted: unknown = JSON.parse(element.slice(2));
  if (element.startsWith("v:")) return items.findIndex((item) => equal(item, wanted));
  return items.findIndex((item) =>
    Object.entries(wanted as Json).every(([key, value]) => (item as Json)[key] === value),
  );
}

/** Sets a leaf in a mutable tree; a missing map or list on the way is made. */
function setAt(root: Tree, path: Path, value: unknown): void {
  const elements = elementsOf(path);
  const last = elements.pop()!;
  const list = /^[vk]:/.test(last);
  let node: unknown = root;
  elements.forEach((element, index) => {
    const inner = list && index === elements.length - 1 ? [] : {};
    node = (node as Tree)[element.slice(2)] ??= inner;
  });
  if (!Array.isArray(node)) (node as Tree)[last.slice(2)] = value;
  else if (indexIn(node, last) < 0) node.push(value);
  else node[indexIn(node, last)] = value;
}

/** The elements of lists that are merged by them, by the path of their list. */
function elementsByList(paths: Iterable<Path>): ReadonlyMap<Path, readonly string[]> {
  const lists = new Map<Path, string[]>();
  for (const path of paths) {
    const elements = elementsOf(path);
    const last = elements.pop()!;
    if (!/^[vk]:/.test(last)) continue;
    const list = pathOf(elements);
    lists.set(list, [...(lists.get(list) ?? []), last]);
  }
  return lists;
}

/** Puts the elements of merged lists into their order. */
function arrange(root: Tree, live: Iterable<Path>, wanted: Iterable<Path>): void {
  const before = elementsByList(live);
  for (const [list, stated] of elementsByList(wanted)) {
    const items = valueAt(root, list);
    if (!Array.isArray(items)) continue;
    const order = mergedOrder(before.get(list) ?? [], stated);
    items.splice(0, items.length, ...order.map((element) => items[indexIn(items, element)] as unknown));
  }
}

/** Removes a leaf; what is not there is gone already. */
function removeAt(root: Tree, path: Path): void {
  const elements = elementsOf(path);
  const last = elements.pop()!;
  let node: unknown = root;
  for (const element of elements) node = isJson(node) ? node[element.slice(2)] : undefined;
  if (Array.isArray(node)) {
    const index = indexIn(node, last);
    if (index >= 0) node.splice(index, 1);
  } else if (isJson(node) && last.startsWith("f:")) {
    delete (node as Tree)[last.slice(2)];
  }
}

const valueAt = (root: Json, path: Path): unknown =>
  elementsOf(path).reduce<unknown>((node, element) => (isJson(node) ? node[element.slice(2)] : undefined), root);

const isThere = (root: Json, path: Path): boolean => valueAt(root, path) !== undefined;

const isEmpty = (value: unknown): boolean => isJson(value) && Object.keys(value).length === 0;

/** `stated`: the configuration as it was sent; `config`: the same as an object of its kind. */
export type Applied = {
  readonly live: KubeObject | undefined;
  readonly stated: Json;
  readonly config: KubeObject;
  readonly message: Message;
};

/** The managers of the live object; what was there before anybody applied belongs to `before-first-apply`. */
function ownersOf(live: KubeObject | undefined, message: Message, time: string): readonly Manager[] {
  if (live === undefined) return [];
  const managers = managersOf(live);
  if (managers.length > 0) return managers;
  const paths = new Set(leavesOf(live, message, CHANGED).keys());
  // Of what is being deleted, and was never owned, that too is taken for a field that somebody had set.
  for (const name of ["deletionTimestamp", "deletionGracePeriodSeconds"] as const)
    if (live.metadata[name] !== undefined) paths.add(pathOf(["f:metadata", `f:${name}`]));
  return [{ manager: "before-first-apply", operation: "Update", apiVersion: live.apiVersion, time, paths }];
}

/**
 * Paths, maps and lists included, whose value the merged object has new or otherwise; null takes a value away, as the
 * empty text does where a text is always shown.
 */
function changedPaths(live: Json, merged: Json, stated: Json, message: Message): Set<Path> {
  const before = leavesOf(live, message, CHANGED);
  const changed = new Set<Path>();
  for (const [path, value] of leavesOf(merged, message, CHANGED))
    if (!before.has(path) || !equal(before.get(path), value)) changed.add(path);
  for (const [path, value] of leavesOf(stated, message, STATED)) {
    if ((value === null || value === "") && before.has(path) && before.get(path) !== value) changed.add(path);
    // So is an empty map or list, or a null, where nothing was.
    if ((value === CONTAINER || value === null) && !isThere(live, path)) changed.add(path);
    // An empty struct is not the same as none.
    if (value === CONTAINER && valueAt(stated, path) === null && isEmpty(valueAt(live, path))) changed.add(path);
  }
  return changed;
}

/** Whether a configuration says something new that nobody owns: an empty list, a generation. */
const saysMore = (live: Json, stated: Json, message: Message): boolean =>
  [...leavesOf(stated, message, STATED)].some(([path, value]) => value === CONTAINER && !isThere(live, path)) ||
  Object.entries((stated["metadata"] ?? {}) as Json).some(
    ([name, value]) => UNOWNED.has(name) && !equal(value, (live["metadata"] as Json)[name]),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of a field set: at each level what ends there comes before what goes deeper. */
function setOrder(a: Path, b: Path): number {
  const [left, right] = [elementsOf(a), elementsOf(b)];
  for (let level = 0; level < Math.min(left.length, right.length); level += 1) {
    const [leaf, other] = [level === left.length - 1, level === right.length - 1];
    if (leaf !== other) return leaf ? -1 : 1;
    const order = compare(left[level]!, right[level]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const clashesOf = (changed: ReadonlySet<Path>, others: readonly Manager[]): Clash[] =>
  others
    .flatMap((owner) => [...changed].filter((path) => owner.paths.has(path)).map((path) => ({ owner, path })))
    .sort((a, b) => compare(ownerText(a.owner), ownerText(b.owner)) || setOrder(a.path, b.path));

/**
 * Server-side apply: the live object (absent: a new one) with the writer's configuration merged in, what the writer
 * applied before and no longer does removed unless somebody else owns it, and managedFields kept. Throws the API's 409
 * where another manager owns a field that would change, unless forced.
 */
export function applyConfig({ live, stated, config, message }: Applied, writer: Writer, force: boolean): KubeObject {
  const self = { manager: writer.manager, operation: "Apply", apiVersion: config.apiVersion } as const;
  const wanted = leavesOf(stated, message, APPLIED);
  const managers = ownersOf(live, message, writer.time);
  const own = managers.find((each) => sameManager(each, self));
  const others = managers.filter((each) => each !== own);

  const merged = structuredClone(live ?? { ...config, metadata: { name: config.metadata.name } }) as unknown as Tree;
  const present = live === undefined ? new Map<Path, unknown>() : leavesOf(live, message, CHANGED);
  for (const [path, value] of wanted) if (value !== CONTAINER) setAt(merged, path, value);
  arrange(merged, present.keys(), wanted.keys());
  const changed = changedPaths(live ?? {}, merged, stated, message);
  const clashes = clashesOf(changed, others);
  if (clashes.length > 0 && !force) throw conflictError(clashes);

  const dropped = [...(own?.paths ?? [])].filter(
    (path) => present.has(path) && !wanted.has(path) && !others.some((each) => each.paths.has(path)),
  );
  // A map or list goes with the last of what is in it, which the conversion sees to.
  for (const path of dropped) if (present.get(path) !== CONTAINER) removeAt(merged, path);

  const rest = others.map((each) => ({
    ...each,
    paths: new Set([...each.paths].filter((path) => !changed.has(path))),
  }));
  const moved = live === undefined || changed.size > 0 || dropped.length > 0 || saysMore(live, stated, message);
  const time = moved ? writer.time : own?.time;
  return withManagers(merged as unknown as KubeObject, [...rest, { ...self, time, paths: new Set(wanted.keys()) }]);
}
