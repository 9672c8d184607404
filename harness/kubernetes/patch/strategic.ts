import { isJson, type Json } from "../../wire/schema.ts";
import { equal } from "../equal.ts";
import { badRequest, internal } from "../errors.ts";

/** How the lists of the served kinds are merged: by a key, or as a set; all others are replaced (undefined). */
const lists: Readonly<Record<string, string | undefined>> = {
  // A ServiceAccount's own, where a pod's are merged.
  ".imagePullSecrets": undefined,
  "metadata.finalizers": "set",
  "metadata.ownerReferences": "uid",
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  volumes: "name",
  imagePullSecrets: "name",
  hostAliases: "ip",
  topologySpreadConstraints: "topologyKey",
  env: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  "containers.ports": "containerPort",
  "initContainers.ports": "containerPort",
  "spec.ports": "port",
  conditions: "type",
  podIPs: "ip",
  hostIPs: "ip",
  addresses: "type",
  secrets: "name",
};

/** The rule for a list named `name` inside `parent`. */
function ruleOf(parent: string, name: string): string | undefined {
  const own = `${parent}.${name}`;
  return own in lists ? lists[own] : lists[name];
}

const DIRECTIVE = "$patch";
const DELETE_FROM = "$deleteFromPrimitiveList/";
const ORDER = "$setElementOrder/";
const RETAIN = "$retainKeys";

type Same = (a: unknown, b: unknown) => boolean;

/** The API's order of a merged list: its old elements in their old order, the patch's in theirs, new ones as early. */
function interleave(
  old: readonly unknown[],
  patched: readonly unknown[],
  before: readonly unknown[],
  same: Same,
): unknown[] {
  const place = (item: unknown): number => before.findIndex((each) => same(each, item));
  const result: unknown[] = [];
  let [left, right] = [0, 0];
  while (left < old.length && right < patched.length) {
    const [l, r] = [place(old[left]), place(patched[right])];
    result.push(r >= 0 && l < r ? old[left++] : patched[right++]);
  }
  return [...result, ...old.slice(left), ...patched.slice(right)];
}

function mergeSet(target: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const fresh = patch.filter((item, index) => patch.findIndex((each) => equal(each, item)) === index);
  const old = target.filter((item) => !fresh.some((each) => equal(each, item)));
  return interleave(old, fresh, target, equal);
}

function mergeByKey(target: readonly unknown[], patch: readonly Json[], key: string, name: string): unknown[] {
  if (patch.some((item) => item[DIRECTIVE] === "replace"))
    return patch.filter((item) => item[DIRECTIVE] === undefined).map((item) => merge({}, item, name));
  const same: Same = (a, b) => isJson(a) && isJson(b) && equal(a[key], b[key]);
  for (const item of patch)
    if (!(key in item)) throw internal(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
  const deleted = patch.filter((item) => item[DIRECTIVE] === "delete");
  const kept = target.filter((item) => !deleted.some((each) => same(each, item)));
  const wanted = patch.filter((item) => item[DIRECTIVE] !== "delete");
  const patched = wanted.map((item) => merge(kept.find((each) => same(each, item)) ?? {}, item, name));
  const old = kept.filter((item) => !wanted.some((each) => same(each, item)));
  return interleave(old, patched, target, same);
}

function mergeList(target: unknown, patch: readonly unknown[], parent: string, name: string): unknown {
  const current = Array.isArray(target) ? target : [];
  const rule = ruleOf(parent, name);
  if (rule === undefined) return patch;
  if (rule === "set") return mergeSet(current, patch);
  if (!patch.every(isJson)) throw badRequest(`expected a list of objects in ${name}`);
  return mergeByKey(current, patch, rule, name);
}

/** `patch` laid over `target`, an object called `name`; both unchanged. */
function merge(target: unknown, patch: Json, name: string): Json {
  const directive = patch[DIRECTIVE];
  if (directive === "delete") return {};
  if (directive === "replace") {
    const { [DIRECTIVE]: _directive, ...rest } = patch;
    return rest;
  }
  if (directive !== undefined && directive !== "merge")
    throw internal(`unknown patch type: ${String(directive)} in map: map[${DIRECTIVE}:${String(directive)}]`);
  let result: Record<string, unknown> = { ...(isJson(target) ? target : {}) };
  const retained = patch[RETAIN];
  if (Array.isArray(retained))
    result = Object.fromEntries(Object.entries(result).filter(([key]) => retained.includes(key)));
  for (const [key, value] of Object.entries(patch)) {
    if (key === DIRECTIVE || key === RETAIN || key.startsWith(ORDER) || key === "__proto__") continue;
    if (key.startsWith(DELETE_FROM)) {
      const list = key.slice(DELETE_FROM.length);
      const current = result[list];
      if (Array.isArray(current) && Array.isArray(value))
        result[list] = current.filter((item) => !value.some((each) => equal(each, item)));
    } else if (value === null) delete result[key];
    else if (Array.isArray(value)) result[key] = mergeList(result[key], value, name, key);
    else result[key] = isJson(value) ? merge(result[key], value, key) : value;
  }
  for (const [key, order] of Object.entries(patch))
    if (key.startsWith(ORDER) && Array.isArray(order)) reorder(result, key.slice(ORDER.length), order, name);
  return result;
}

/** Puts a merged list into the order the patch asks for; elements it does not name keep their place at the end. */
function reorder(result: Record<string, unknown>, list: string, order: readonly unknown[], parent: string): void {
  const current = result[list];
  if (!Array.isArray(current)) return;
  const rule = ruleOf(parent, list);
  const rank = (item: unknown): number => {
    const place = order.findIndex((each) =>
      rule === undefined || rule === "set"
        ? equal(each, item)
        : isJson(each) && isJson(item) && equal(each[rule], item[rule]),
    );
    return place < 0 ? order.length : place;
  };
  result[list] = [...current].sort((a, b) => rank(a) - rank(b));
}

/** Strategic merge patch for the kinds that are served. Throws the API's own errors for a patch that is none. */
export function strategicPatch(target: unknown, patch: Json): unknown {
  return merge(target, patch, "");
}
