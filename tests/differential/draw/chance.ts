import fc from "fast-check";

/** Mostly one of the first, now and then one of the odd ones. */
export const mostly = <T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ arbitrary: usual, weight: 14 }, { arbitrary: odd, weight: 1 });

/** One of these values. */
export const of = fc.constantFrom;

/** Any of these members, each there or not. */
export const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

/** Ten times the usual for one of the others. */
export const few = (usual: string, ...others: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 10 }, { arbitrary: of(...others), weight: 1 });
