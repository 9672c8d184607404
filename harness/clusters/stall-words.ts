import type { Waited } from "../probes/run-delay.ts";

/** What the harness asks of the thread that measures waiting; `look` is answered once what it asks for was told. */
export type Order =
  | { readonly type: "watch"; readonly id: number; readonly pid: number }
  | { readonly type: "drop"; readonly id: number }
  | { readonly type: "look"; readonly ids: readonly number[] };

/** Times are of the machine's monotonic clock, in ms. */
export type Word =
  | ({ readonly type: "stalled"; readonly id: number } & Waited)
  | { readonly type: "dropped"; readonly id: number }
  | { readonly type: "looked" };
