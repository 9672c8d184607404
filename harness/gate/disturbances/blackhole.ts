import type { Disturbance } from "../../core/disturbance.ts";
import { deafen, freeze, reset } from "../connection.ts";
import type { PathEffect } from "./effect.ts";

/**
 * Silence: live connections are frozen, new ones are accepted by the kernel and never read. On lift they are reset, as
 * if the path's state had been dropped meanwhile: what was under way is lost, and new connections work.
 * Of requests only: what was forwarded before is still answered. Of replies only: calls are forwarded and never
 * answered, on new connections too; a hit is an answer that was swallowed.
 */
export function blackhole({ direction }: Disturbance & { kind: "blackhole" }, fault: string): PathEffect {
  const common = { on: "path", silent: true, release: reset } as const;
  switch (direction) {
    case undefined:
      return { ...common, touch: (connection) => freeze(connection, fault) };
    case "requests":
      return { ...common, touch: (connection) => deafen(connection, fault) };
    case "replies":
      return {
        ...common,
        admits: true,
        touch: (connection, hit) => void (connection.mute = { fault, swallowed: hit }),
      };
    default:
      throw direction satisfies never;
  }
}
