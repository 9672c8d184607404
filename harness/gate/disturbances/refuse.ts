import { reset } from "../connection.ts";
import type { PathEffect } from "./effect.ts";

/** Resets live connections, and new ones as soon as they are accepted. */
export const refuse = (fault: string): PathEffect => ({
  on: "path",
  silent: false,
  touch: (connection) => reset(connection, fault),
  release: () => {},
});
