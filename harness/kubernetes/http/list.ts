import type { KubeLike } from "../../wire/schema.ts";
import {
  ApiError,
  badRequest,
  expired,
  forbiddenField,
  invalidOptions,
  unsupported,
  type FieldError,
} from "../errors.ts";
import type { KubeObject } from "../objects.ts";
import { fieldSelector, labelSelector, type Predicate } from "../selectors.ts";
import type { Store } from "../store.ts";
import { toServed } from "./convert.ts";
import type { Format } from "./negotiate.ts";
import { integerIn } from "./options.ts";
import { itemJson, partialOf, type Reply } from "./reply.ts";
import type { ObjectRoute } from "./route.ts";

type Token = { readonly rv: number; readonly start: string };

const writeToken = (token: Token): string =>
  Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", ...token })).toString("base64url");

function readToken(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, "base64url").toString()) as Partial<Token> & { v?: string };
    if (token.v === "meta.k8s.io/v1" && typeof token.rv === "number" && typeof token.start === "string")
      return { rv: token.rv, start: token.start };
  } catch {
    // not a token: refused below, as one with missing parts is
  }
  throw badRequest("invalid continue token: continue key is not valid");
}

const forbid = (field: string, why: string): FieldError[] => [forbiddenField(field, why)];

function optionErrors(query: URLSearchParams, watch: boolean): FieldError[] {
  const match = query.get("resourceVersionMatch");
  const version = query.get("resourceVersion");
  const initial = query.get("sendInitialEvents");
  if (initial !== null) {
    if (!watch) return forbid("sendInitialEvents", "sendInitialEvents is forbidden for list");
    if (match !== "NotOlderThan")
      return forbid("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    return [];
  }
  if (match === null || match === "") return [];
  if (watch)
    return forbid(
      "resourceVersionMatch",
      "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
    );
  if (version === null || version === "")
    return forbid("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
  if (query.get("continue"))
    return forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
  if (match !== "Exact" && match !== "NotOlderThan")
    return [unsupported("resourceVersionMatch", JSON.stringify(match), ["Exact", "NotOlderThan", ""])];
  if (match === "Exact" && version === "0")
    return forbid("resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  return [];
}

/** Refuses options of list and watch that do not go together. */
export function checkListOptions(query: URLSearchParams, watch: boolean): void {
  const errors = optionErrors(query, watch);
  if (errors.length > 0) throw invalidOptions("ListOptions", errors);
}

/** Both selectors of a request as one; field labels are read off the stored form. */
export function selectorOf(query: URLSearchParams, { resource, name }: ObjectRoute): Predicate {
  const byLabel = labelSelector(query.get("labelSelector"));
  const byField = fieldSelector(query.get("fieldSelector"), resource);
  const byName: Predicate = name === "" ? () => true : (object) => object.metadata.name === name;
  return (object) => byName(object) && byLabel(object) && byField(object);
}

function askedVersion(query: URLSearchParams, current: number): number | undefined {
  const text = query.get("resourceVersion");
  if (text === null || text === "" || text === "0") return undefined;
  if (!/^\d+$/.test(text))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const version = Number(text);
  if (version > current)
    throw new ApiError(504, "Timeout", `Timeout: Too large resource version: ${version}, current: ${current}`, {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    });
  return version;
}

type Page = {
  readonly items: readonly KubeObject[];
  readonly version: number;
  readonly next: string | undefined;
  readonly remaining: number;
};

/** Namespace-scoped continue keys leave the namespace out, as the API's do. */
const pageKey = (object: KubeObject, route: ObjectRoute): string =>
  route.namespace === "" && route.resource.namespaced
    ? `/${object.metadata.namespace}/${object.metadata.name}`
    : `/${object.metadata.name}`;

function snapshot(store: Store, route: ObjectRoute, version: number): readonly KubeObject[] {
  try {
    return store.listAt(route.resource.name, route.namespace, version);
  } catch (error) {
    if (error instanceof ApiError && error.code === 410)
      throw expired("The resourceVersion for the provided list is too old.");
    throw error;
  }
}

function page(store: Store, route: ObjectRoute, query: URLSearchParams): Page {
  const limit = Math.max(integerIn(query, "limit") ?? 0, 0);
  const token = query.get("continue") ? readToken(query.get("continue")!) : undefined;
  const asked = token === undefined ? askedVersion(query, store.version) : token.rv;
  const exact =
    token !== undefined || (asked !== undefined && limit > 0) || query.get("resourceVersionMatch") === "Exact";
  const version = exact && asked !== undefined ? asked : store.version;
  const matches = selectorOf(query, route);
  const found = snapshot(store, route, version).filter(
    (object) => matches(object) && (token === undefined || pageKey(object, route) >= token.start),
  );
  if (limit === 0 || found.length <= limit) return { items: found, version, next: undefined, remaining: 0 };
  const items = found.slice(0, limit);
  const next = writeToken({ rv: version, start: `${pageKey(items.at(-1)!, route)}\u0000` });
  return { items, version, next, remaining: found.length - limit };
}

/** Answers a list: as text for JSON, whose items are kept written; as an object for protobuf. */
export function listReply(store: Store, route: ObjectRoute, query: URLSearchParams, format: Format): Reply {
  checkListOptions(query, false);
  const { items, version, next, remaining } = page(store, route, query);
  const selected = query.has("labelSelector") || query.has("fieldSelector");
  const metadata = {
    resourceVersion: String(version),
    ...(next === undefined ? {} : { continue: next }),
    ...(next === undefined || selected ? {} : { remainingItemCount: remaining }),
  };
  return collection(route, items, metadata, format);
}

/** A list object of these items in the form and format that are asked for. */
export function collection(route: ObjectRoute, items: readonly KubeObject[], metadata: object, format: Format): Reply {
  const { resource } = route;
  const kind = format.partial ? "PartialObjectMetadataList" : `${resource.kind}List`;
  const apiVersion = format.partial ? "meta.k8s.io/v1" : resource.apiVersion;
  const served = items.map((object) => (format.partial ? partialOf(object) : toServed(resource, object)));
  if (format.protobuf) {
    const object: KubeLike = { kind, apiVersion, metadata, items: served };
    return { status: 200, object, format: { ...format, partial: false } };
  }
  const texts = served.map((object) => (format.partial ? JSON.stringify(object) : itemJson(object)));
  const head = JSON.stringify({ kind, apiVersion, metadata }).slice(0, -1);
  // The real API has no list for no items of metadata alone.
  const listed = format.partial && texts.length === 0 ? "null" : `[${texts.join(",")}]`;
  return { status: 200, json: `${head},"items":${listed}}` };
}
