import type { Connection } from "../connection.ts";
import type { Plan } from "../plan.ts";
import type { Route } from "../route.ts";

/** Works on connections, live ones and new ones, whatever they carry. */
export type PathEffect = {
  readonly on: "path";
  /** Silence wins over refusal: a path that is down sends no resets either. */
  readonly silent: boolean;
  touch(connection: Connection): void;
  /** What becomes of a connection that it touched, once no other such effect holds it. */
  release(connection: Connection): void;
};

/** Works on single calls that arrive while it is in force. */
export type CallEffect = {
  readonly on: "calls";
  /** Changes the plan and says so; `counted` is false for the harness's own questions, which use up no `times`. */
  shape(plan: Plan, route: Route, counted: boolean): boolean;
  release(): void;
};

export type Effect = PathEffect | CallEffect;

/** A bound on how often something is done; undefined is no bound. */
export function budget(times: number | undefined): (counted: boolean) => boolean {
  let left = times ?? Number.POSITIVE_INFINITY;
  return (counted) => {
    if (left <= 0) return false;
    if (counted) left -= 1;
    return true;
  };
}
