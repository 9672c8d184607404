import { methodNotAllowed, noSuchResource } from "../errors.ts";
import { resources, servedResource, type Resource } from "../resources.ts";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";
export type Subresource = Resource["subresources"][number];

/** A request for objects. namespace "" : all, or none for cluster-scoped resources. */
export type ObjectRoute = {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: Subresource | undefined;
  readonly verb: Verb;
};

const collectionVerbs: Readonly<Record<string, Verb>> = { GET: "list", POST: "create", DELETE: "deletecollection" };
const objectVerbs: Readonly<Record<string, Verb>> = { GET: "get", PUT: "update", PATCH: "patch", DELETE: "delete" };

const isTrue = (value: string | null): boolean => value === "1" || value === "true";

function verbOf(method: string, route: Omit<ObjectRoute, "verb">, query: URLSearchParams): Verb {
  const { resource, name, subresource, namespace } = route;
  if (subresource === "eviction") {
    if (method !== "POST") throw methodNotAllowed();
    return "create";
  }
  if (name === "") {
    const everywhere = resource.namespaced && namespace === "" && method !== "GET";
    const verb = everywhere ? undefined : collectionVerbs[method];
    if (verb === undefined || (verb === "deletecollection" && !resource.clearable)) throw methodNotAllowed();
    return verb === "list" && isTrue(query.get("watch")) ? "watch" : verb;
  }
  const verb = objectVerbs[method];
  if (verb === undefined || (subresource !== undefined && verb === "delete")) throw methodNotAllowed();
  return verb;
}

function subresourceOf(resource: Resource, name: string | undefined): Subresource | undefined {
  if (name === undefined) return undefined;
  const found = resource.subresources.find((each) => each === name);
  if (found === undefined) throw noSuchResource();
  return found;
}

/** The parts of a path behind its group and version; undefined when it is not below a group that is served. */
function below(parts: readonly string[]): { group: string; version: string; rest: readonly string[] } | undefined {
  const [root, ...more] = parts;
  if (root === "api" && more.length > 0) return { group: "", version: more[0]!, rest: more.slice(1) };
  if (root !== "apis" || more.length < 2) return undefined;
  const [group, version] = more as [string, string];
  const served = resources.some((each) => each.group === group && each.version === version);
  return served && group !== "" ? { group, version, rest: more.slice(2) } : undefined;
}

/** Reads a path of objects; undefined when it is none. Throws the API's 404 and 405. */
export function routeOf(method: string, path: string, query: URLSearchParams): ObjectRoute | undefined {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const place = below(parts);
  if (place === undefined || place.rest.length === 0) return undefined;
  const legacyWatch = place.rest[0] === "watch";
  const rest = legacyWatch ? place.rest.slice(1) : place.rest;
  const namespaced = rest[0] === "namespaces" && rest.length > 2 && !(rest.length === 3 && rest[2] === "status");
  const [plural = "", name = "", sub, ...extra] = namespaced ? rest.slice(2) : rest;
  const resource = servedResource(place.group, place.version, plural);
  if (resource === undefined || extra.length > 0 || (namespaced && !resource.namespaced)) throw noSuchResource();
  if (resource.namespaced && !namespaced && name !== "") throw noSuchResource();
  const namespace = namespaced ? rest[1]! : "";
  const route = { resource, namespace, name, subresource: subresourceOf(resource, sub) };
  if (legacyWatch) {
    if (method !== "GET") throw methodNotAllowed();
    return { ...route, verb: "watch" };
  }
  return { ...route, verb: verbOf(method, route, query) };
}
