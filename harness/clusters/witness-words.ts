import type { Heard } from "../witness/server.ts";

/** What the harness asks of the thread of its witness; `next` is answered once a whole poll has gone by. */
export type Order =
  | { readonly type: "register"; readonly path: string; readonly trial: number; readonly fencing: boolean }
  | { readonly type: "forget"; readonly trial: number }
  | { readonly type: "next" };

/** Times are of the machine's monotonic clock, in ms. */
export type Word =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "deaf"; readonly message: string }
  | ({ readonly type: "act" } & Heard)
  | { readonly type: "refused" }
  | { readonly type: "next" };
