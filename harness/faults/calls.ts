import type { CallMatch } from "../core/disturbance.ts";
import type { Verb } from "../core/events.ts";
import { lockResource } from "../core/lock.ts";

/** Which calls a fault touches: by default all verbs, on the objects that locks are made of. */
export type CallParameters = {
  readonly verbs?: readonly Verb[];
  readonly resources?: readonly string[];
};

export const WRITES: readonly Verb[] = ["create", "update", "patch"];

/** The match for the parameters; `verbs` where they name none. */
export function matchOf({ verbs, resources }: CallParameters, otherwise?: readonly Verb[]): CallMatch {
  const chosen = verbs ?? otherwise;
  return { resources: resources ?? Object.values(lockResource), ...(chosen === undefined ? {} : { verbs: chosen }) };
}
