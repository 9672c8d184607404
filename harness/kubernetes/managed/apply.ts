import { isJson, type Json, type Message } from "../../wire/schema.ts";
import { equal } from "../equal.ts";
import { ApiError } from "../errors.ts";
import type { KubeObject } from "../objects.ts";
import { APPLIED, CHANGED, CONTAINER, elementsOf, leavesOf, shownPath, type Path } from "./fields.ts";
import { managersOf, sameManager, withManagers, type Manager } from "./managers.ts";
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

/** `stated`: the configuration as it was sent; `config`: the same as an object of its kind. */
export type Applied = {
  readonly live: KubeObject | undefined;
  readonly stated: Json;
  readonly config: KubeObject;
  readonly message: Message;
};

/** Null and absent are the same to Go, and an empty map or list is no value. */
const same = (a: unknown, b: unknown): boolean => b === CONTAINER || equal(a ?? null, b ?? null);

/** The managers of the live object; what was there before anybody applied belongs to `before-first-apply`. */
function ownersOf(live: KubeObject | undefined, message: Message, time: string): readonly Manager[] {
  if (live === undefined) return [];
  const managers = managersOf(live);
  if (managers.length > 0) return managers;
  const paths = new Set(leavesOf(live, message, CHANGED).keys());
  return [{ manager: "before-first-apply", operation: "Update", apiVersion: live.apiVersion, time, paths }];
}

function clashesOf(
  wanted: ReadonlyMap<Path, unknown>,
  live: ReadonlyMap<Path, unknown>,
  others: readonly Manager[],
): Clash[] {
  const clashes: Clash[] = [];
  for (const owner of others)
    for (const [path, value] of wanted)
      if (owner.paths.has(path) && !same(live.get(path), value)) clashes.push({ owner, path });
  return clashes.sort((a, b) => (shownPath(a.path) < shownPath(b.path) ? -1 : 1));
}

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
  const current = live === undefined ? new Map<Path, unknown>() : leavesOf(live, message, APPLIED);
  const clashes = clashesOf(wanted, current, others);
  if (clashes.length > 0 && !force) throw conflictError(clashes);

  const merged = structuredClone(live ?? { ...config, metadata: { name: config.metadata.name } }) as unknown as Tree;
  for (const [path, value] of wanted) if (value !== CONTAINER) setAt(merged, path, value);
  const dropped = [...(own?.paths ?? [])].filter(
    (path) => !wanted.has(path) && !others.some((each) => each.paths.has(path)),
  );
  for (const path of dropped) removeAt(merged, path);

  const lost = new Set(clashes.map(({ path }) => path));
  const rest = others.map((each) => ({ ...each, paths: new Set([...each.paths].filter((path) => !lost.has(path))) }));
  const changed =
    dropped.some((path) => current.has(path)) || [...wanted].some(([path, value]) => !same(current.get(path), value));
  const time = changed || live === undefined ? writer.time : own?.time;
  return withManagers(merged as unknown as KubeObject, [...rest, { ...self, time, paths: new Set(wanted.keys()) }]);
}
