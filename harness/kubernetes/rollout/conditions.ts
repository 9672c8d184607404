import { stamp } from "./action.ts";
import type { Condition } from "./types.ts";

export type Conditions = readonly Condition[];

export const findCondition = (conditions: Conditions, type: string): Condition | undefined =>
  conditions.find((condition) => condition.type === type);

export const without = (conditions: Conditions, type: string): Conditions =>
  conditions.filter((condition) => condition.type !== type);

/**
 * Sets a condition, last in the list. Same status and reason: nothing changes, unless `renew` asks for a new
 * lastUpdateTime. Same status: lastTransitionTime is kept.
 */
export function setCondition(
  conditions: Conditions,
  condition: Pick<Condition, "type" | "status" | "reason" | "message">,
  now: Date,
  renew = false,
): Conditions {
  const before = findCondition(conditions, condition.type);
  if (!renew && before?.status === condition.status && before.reason === condition.reason) return conditions;
  const time = stamp(now);
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? time) : time;
  return [...without(conditions, condition.type), { ...condition, lastUpdateTime: time, lastTransitionTime }];
}
