import { isJson, type Field, type Json, type Message } from "../../wire/schema.ts";

/** Where a value stands, in the elements of FieldsV1 (`f:spec`, `k:{"uid":"1"}`, `v:"x"`), joined by NUL. */
export type Path = string;
const NUL = "\u0000";

export const pathOf = (elements: readonly string[]): Path => elements.join(NUL);
export const elementsOf = (path: Path): string[] => path.split(NUL);

/** Metadata that nobody owns. */
export const UNOWNED: ReadonlySet<string> = new Set([
  "name",
  "namespace",
  "uid",
  "selfLink",
  "generation",
  "resourceVersion",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
]);

/** containers: maps and lists are owned too, beside what is in them. nulls: an explicit null is a value. */
type Sight = { readonly containers: boolean; readonly nulls: boolean };
type Walk = Sight & { readonly leaves: Map<Path, unknown> };

/** What a manager owns by changing an object, and what by applying a configuration. */
export const CHANGED: Sight = { containers: true, nulls: false };
export const APPLIED: Sight = { containers: false, nulls: true };
/** All that a configuration says, owned or not. */
export const STATED: Sight = { containers: true, nulls: true };

/** The value of a map or list that is owned itself: nothing to compare, nothing to set. */
export const CONTAINER = Symbol("container");

const step = (path: Path, element: string): Path => (path === "" ? element : `${path}${NUL}${element}`);

function collection(value: unknown, field: Field, path: Path, walk: Walk): void {
  if (walk.containers || (field.shape === "map" && Object.keys(value as object).length === 0))
    walk.leaves.set(path, CONTAINER);
  if (field.shape === "map" && isJson(value)) {
    for (const [key, member] of Object.entries(value)) walk.leaves.set(step(path, `f:${key}`), member);
  } else if (Array.isArray(value)) {
    const { key } = field.merge;
    for (const item of value)
      walk.leaves.set(
        step(
          path,
          key === undefined ? `v:${JSON.stringify(item)}` : `k:${JSON.stringify({ [key]: (item as Json)[key] })}`,
        ),
        item,
      );
  }
}

function visit(value: Json, message: Message, path: Path, walk: Walk): void {
  for (const field of message.fields) {
    const member = value[field.name];
    if (member === undefined || ((member === null || (field.always && member === "")) && !walk.nulls)) continue;
    if (message.name === "ObjectMeta" && UNOWNED.has(field.name)) continue;
    const place = step(path, `f:${field.name}`);
    const granular = field.shape === "map" || field.merge.set === true || field.merge.key !== undefined;
    const struct = typeof field.type !== "string" && field.shape !== "list" && field.merge.atomic !== true;
    // Null is a value to what is set as a whole; to what is merged it says nothing.
    if (member === null) walk.leaves.set(place, granular || struct ? CONTAINER : null);
    else if (granular) collection(member, field, place, walk);
    else if (!struct || !isJson(member)) walk.leaves.set(place, member);
    else if (walk.nulls && Object.keys(member).length === 0) walk.leaves.set(place, CONTAINER);
    else visit(member, field.type as Message, place, walk);
  }
}

/** Every value of an object that a manager can own. */
export function leavesOf(object: Json, message: Message, sight: Sight): Map<Path, unknown> {
  const walk: Walk = { leaves: new Map(), ...sight };
  visit(object, message, "", walk);
  return walk.leaves;
}

type Tree = { [element: string]: Tree };

/** Paths as a FieldsV1 object: what is owned itself and has owned parts is marked by `.`. */
export function toFieldsV1(paths: Iterable<Path>): Json {
  const root: Tree = {};
  const owned = [...paths].sort();
  owned.forEach((path, index) => {
    let node = root;
    for (const element of elementsOf(path)) node = node[element] ??= {};
    if (owned[index + 1]?.startsWith(path + NUL)) node["."] = {};
  });
  return root;
}

/** A FieldsV1 object as paths. */
export function fromFieldsV1(fields: unknown, prefix: Path = ""): Set<Path> {
  const paths = new Set<Path>();
  if (!isJson(fields)) return paths;
  for (const [element, inner] of Object.entries(fields)) {
    const path = element === "." ? prefix : step(prefix, element);
    const nested = fromFieldsV1(inner, path);
    if (nested.size === 0) paths.add(path);
    for (const each of nested) paths.add(each);
  }
  return paths;
}

/** `.spec.holderIdentity`: how a conflict names a path. */
export const shownPath = (path: Path): string =>
  elementsOf(path)
    .map((element) => {
      const text = element.slice(2);
      if (element.startsWith("f:")) return `.${text}`;
      if (element.startsWith("v:")) return `[=${text}]`;
      if (!element.startsWith("k:")) return "";
      const key = JSON.parse(text) as Json;
      return `[${Object.entries(key)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(",")}]`;
    })
    .join("");
