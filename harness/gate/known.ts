import type { IncomingHttpHeaders } from "node:http";
import type { Bounds, Millis } from "../core/time.ts";
import { readAnswer, type LockObject, type Seen } from "./lock-object.ts";
import { isWrite, type Route } from "./route.ts";

/** The head of the API's answer, and when it came. */
export type Head = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly at: Millis };

/** When a write was committed: between its being forwarded and the API's success; undefined when it was not. */
export function committedIn(route: Route, forwarded: Millis | undefined, head: Head | undefined): Bounds | undefined {
  if (forwarded === undefined || head === undefined || route.dry || !isWrite(route)) return undefined;
  return head.status >= 200 && head.status < 300 ? { since: forwarded, at: head.at } : undefined;
}

/** What a whole successful answer shows of the lock object; an encoded one is not read. */
export function seenIn(route: Route, lock: LockObject, head: Head | undefined, body: readonly Buffer[]): Seen {
  if (head === undefined || head.status >= 300) return {};
  const encoding = head.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") return {};
  return readAnswer(route, lock, head.headers["content-type"], body.length === 1 ? body[0]! : Buffer.concat(body));
}
