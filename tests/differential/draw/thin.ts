import fc from "fast-check";
import { bodyOf } from "./bodies.ts";

/** A part of a target's object, for patches: some members, now and then a null in their place. */
export function partOf(target: string, sub: string): fc.Arbitrary<object> {
  return fc
    .tuple(bodyOf(target, sub), fc.infiniteStream(fc.nat(9)))
    .map(([body, draws]) => thinned(body, draws, 0) as object);
}

/** A key of binaryData, and an EndpointSlice's lists: `unasked` says why. */
const NEVER_NULL: ReadonlySet<string> = new Set(["b", "endpoints", "ports"]);

function thinned(value: unknown, draws: Iterator<number>, depth: number): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > 2) return value;
  const members = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    const draw = draws.next().value as number;
    if (draw === 0 && !NEVER_NULL.has(key)) return [[key, null]];
    return draw < 4 && depth > 0 ? [] : [[key, thinned(member, draws, depth + 1)]];
  });
  return Object.fromEntries(members);
}
