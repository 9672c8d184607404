import { isJson, type Json } from "../../wire/schema.ts";

/**
 * JSON merge patch, RFC 7386; neither argument is changed. What is merged has its members in the order of their names, as
 * Go writes a map: of two values of a wrong type the first is told of.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJson(patch)) return patch;
  const old: Json = isJson(target) ? target : {};
  const result: Record<string, unknown> = {};
  for (const key of [...new Set([...Object.keys(old), ...Object.keys(patch)])].sort()) {
    if (key === "__proto__") continue;
    if (!Object.hasOwn(patch, key)) result[key] = old[key];
    else if (patch[key] !== null) result[key] = mergePatch(Object.hasOwn(old, key) ? old[key] : undefined, patch[key]);
  }
  return result;
}
