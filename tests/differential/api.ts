import fc from "fast-check";
import { compare, described, type Found } from "./compare.ts";
import { sequences } from "./draw/sequences.ts";
import { openEmbeddedSide, openRealSide } from "./side.ts";

/** Requests of a sequence, at most; half of it on average. */
const LONGEST = 40;
/** How often a failing sequence is tried shorter, at most. */
const SHRINKS = 150;

export type Ran = { readonly operations: number; readonly found: string | undefined };

/**
 * Asks both APIs the same drawn requests, `runs` sequences of them: how many were asked until the first difference, and
 * the shortest sequence found that shows one, described.
 */
export async function differential(runs: number, seed: number): Promise<Ran> {
  await using embedded = await openEmbeddedSide();
  await using real = await openRealSide();
  let operations = 0;
  let failed: Found | undefined;
  let shrinks = 0;
  const property = fc.asyncProperty(sequences(LONGEST), async (drawn) => {
    if (failed === undefined) operations += drawn.length;
    else if ((shrinks += 1) > SHRINKS) return;
    const found = await compare([embedded, real], drawn);
    if (found === undefined) return;
    failed = found;
    throw new Error(found.difference.path);
  });
  await fc.check(property, { numRuns: runs, seed });
  return { operations, found: failed && described(failed) };
}
