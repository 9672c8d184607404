import type { IncomingHttpHeaders } from "node:http";
import type { Store } from "../store.ts";
import type { Body } from "./input.ts";
import type { ObjectRoute } from "./route.ts";

/** A request for objects, with its body read. */
export type ObjectRequest = {
  readonly store: Store;
  readonly route: ObjectRoute;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
  /** Filled on the way; said with the answer, also when it is a refusal. */
  readonly warnings: string[];
};
