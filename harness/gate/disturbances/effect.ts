import type { CallMatch } from "../../core/disturbance.ts";
import type { ObjectChange } from "../../wire/frames.ts";
import type { Connection } from "../connection.ts";
import type { Facts, Plan } from "../plan.ts";
import type { Route } from "../route.ts";

/** Works on connections, live ones and new ones, whatever they carry. */
export type PathEffect = {
  readonly on: "path";
  /** Silence wins over refusal: a path that is down sends no resets either. */
  readonly silent: boolean;
  /** New connections are served for all that: only what passes on them is touched. */
  readonly admits?: true;
  /** One that `admits` tells of its hits by itself; of the others each connection that they touch is one. */
  touch(connection: Connection, hit: () => void): void;
  /** What becomes of a connection that it touched, once no other such effect holds it. */
  release(connection: Connection): void;
};

/** Works on single calls that arrive while it is in force. */
export type CallEffect = {
  readonly on: "calls";
  /** Changes the plan and says whether that is a hit; what turns out to be one only later is told by `hit`. */
  shape(plan: Plan, route: Route, facts: Facts, hit: () => void): boolean;
  /** Changes what a watch shows, live ones and new ones, and tells `hit` where it did. */
  show?(route: Route, hit: () => void): ObjectChange | undefined;
  release(): void;
};

/** Works on watches, live ones and new ones. */
export type WatchEffect = {
  readonly on: "watches";
  readonly act: "freeze" | "drop";
  readonly match: CallMatch;
  readonly fault: string;
};

export type Effect = PathEffect | CallEffect | WatchEffect;

/** A bound on how often something is done; undefined is no bound. */
export function budget(times: number | undefined): (counted: boolean) => boolean {
  let left = times ?? Number.POSITIVE_INFINITY;
  return (counted) => {
    if (left <= 0) return false;
    if (counted) left -= 1;
    return true;
  };
}
