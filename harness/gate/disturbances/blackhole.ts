import { freeze, reset } from "../connection.ts";
import type { PathEffect } from "./effect.ts";

/**
 * Silence: live connections are frozen, new ones are accepted by the kernel and never read. On lift they are reset, as
 * if the path's state had been dropped meanwhile: what was under way is lost, and new connections work.
 */
export const blackhole = (fault: string): PathEffect => ({
  on: "path",
  silent: true,
  touch: (connection) => freeze(connection, fault),
  release: (connection) => reset(connection),
});
