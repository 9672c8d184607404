import type { ServerResponse } from "node:http";
import { JSON_TYPE, PROTOBUF_TYPE } from "../../wire/body.ts";
import { encodeFrame } from "../../wire/frames.ts";
import type { KubeLike } from "../../wire/schema.ts";
import { ApiError, internal } from "../errors.ts";
import type { Change, KubeObject } from "../objects.ts";
import type { Predicate } from "../selectors.ts";
import type { Store } from "../store.ts";
import { bookmark } from "./bookmark.ts";
import { toServed } from "./convert.ts";
import { checkListOptions, selectorOf } from "./list.ts";
import type { Format } from "./negotiate.ts";
import { integerIn } from "./options.ts";
import { jsonOf, partialOf } from "./reply.ts";
import type { ObjectRoute } from "./route.ts";

export type WatchRequest = {
  readonly store: Store;
  readonly route: ObjectRoute;
  readonly query: URLSearchParams;
  readonly format: Format;
  readonly response: ServerResponse;
  /** How often a bookmark is sent, in ms. */
  readonly bookmarkEvery: number;
};

/** How long a watch without timeoutSeconds lasts, in seconds. */
const DEFAULT_TIMEOUT = 3600;
/** A client that leaves this much unread, in bytes, is cut off. */
const MOST_UNREAD = 64 * 1024 * 1024;

type Start = { readonly initial: boolean; readonly endMark: boolean; readonly version: number };

function startOf({ query, store }: WatchRequest): Start {
  checkListOptions(query, true);
  const text = query.get("resourceVersion") ?? "";
  if (text !== "" && !/^\d+$/.test(text))
    throw internal(
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const sending = query.get("sendInitialEvents");
  const fromNow = text === "" || text === "0";
  const initial = sending === null ? fromNow : sending === "true" || sending === "1";
  const bookmarks = wantsBookmarks(query);
  return { initial, endMark: initial && bookmarks, version: fromNow || initial ? store.version : Number(text) };
}

const wantsBookmarks = (query: URLSearchParams): boolean =>
  query.get("allowWatchBookmarks") === "true" || query.get("allowWatchBookmarks") === "1";

type Frame = { readonly type: string; readonly object: KubeObject };

/** What a watcher with a selector sees of a change: objects enter and leave what it selects. */
export function seen(change: Change, matches: Predicate): Frame | undefined {
  const before = change.previous !== undefined && matches(change.previous);
  if (change.type === "DELETED") return before ? { type: "DELETED", object: change.object } : undefined;
  const after = matches(change.object);
  if (after) return { type: before ? "MODIFIED" : "ADDED", object: change.object };
  if (!before || change.previous === undefined) return undefined;
  const { resourceVersion } = change.object.metadata;
  const metadata = { ...change.previous.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return { type: "DELETED", object: { ...change.previous, metadata } };
}

function frameOf(request: WatchRequest, type: string, object: KubeLike): string | Uint8Array {
  const bytes = request.format.protobuf ? encodeFrame(PROTOBUF_TYPE, type, object) : undefined;
  return bytes ?? `{"type":${JSON.stringify(type)},"object":${jsonOf(object)}}\n`;
}

/** Streams changes until the time is up, the client is gone or `response` is closed. Refusals are thrown first. */
export function serveWatch(request: WatchRequest): void {
  const { store, route, query, format, response } = request;
  const matches = selectorOf(query, route);
  const start = startOf(request);
  const timeout = integerIn(query, "timeoutSeconds") || DEFAULT_TIMEOUT;
  const { name: resource } = route.resource;
  const inside = (object: KubeObject): boolean =>
    route.namespace === "" || object.metadata.namespace === route.namespace;
  response.writeHead(200, {
    "content-type": format.protobuf ? `${PROTOBUF_TYPE};stream=watch` : JSON_TYPE,
    "cache-control": "no-cache, private",
  });
  response.flushHeaders();

  const push = (type: string, object: KubeLike): void => {
    if (response.writableLength > MOST_UNREAD) response.destroy();
    else response.write(frameOf(request, type, object));
  };
  const show = ({ type, object }: Frame): void => {
    const served = toServed(route.resource, object);
    push(type, format.partial ? partialOf(served) : served);
  };
  const mark = (version: number, endMark: boolean): void => {
    const object = bookmark(route.resource, version, endMark);
    push("BOOKMARK", format.partial ? partialOf(object) : object);
  };
  const onChange = (change: Change): void => {
    if (change.resource !== resource || !inside(change.object) || change.version <= start.version) return;
    const frame = seen(change, matches);
    if (frame !== undefined) show(frame);
  };

  if (start.initial)
    for (const object of store.list(resource, route.namespace).filter(matches)) show({ type: "ADDED", object });
  if (start.endMark) mark(start.version, true);
  try {
    if (start.version <= store.version) store.log.since(start.version).forEach(onChange);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    push("ERROR", error.status as unknown as KubeLike);
    response.end();
    return;
  }
  const unsubscribe = store.subscribe(onChange);
  const timers = [setTimeout(() => response.end(), timeout * 1000)];
  if (wantsBookmarks(query)) timers.push(setInterval(() => mark(store.version, false), request.bookmarkEvery));
  for (const timer of timers) timer.unref();
  response.once("close", () => {
    unsubscribe();
    for (const timer of timers) clearTimeout(timer);
  });
}
