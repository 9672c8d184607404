import fc from "fast-check";
import type { DeploymentStrategy } from "../../../harness/kubernetes/rollout/types.ts";

/** What is done to the Deployment before a turn; rolling back is going to an image that was there before. */
export type Change =
  | { readonly turn: number; readonly image: string }
  | { readonly turn: number; readonly replicas: number };

/** A Deployment's life, turn by turn. */
export type Plan = {
  readonly replicas: number;
  readonly strategy: DeploymentStrategy;
  readonly changes: readonly Change[];
  /** In each turn: whether the kubelet ends a terminating pod before it readies another, and which of several it takes. */
  readonly draws: readonly { readonly endFirst: boolean; readonly which: number }[];
};

/** The first image; pods of `stuck` never get ready. */
export const FIRST = "v0";
export const STUCK = "stuck";

/** More turns than a plan needs: each pod of each revision is readied and ended once. */
const MOST_TURNS = 60;

const bound = fc.constantFrom<number | string>(0, 1, 2, "0%", "25%", "34%", "50%", "100%");
const isZero = (value: number | string): boolean => value === 0 || value === "0%";

const strategy: fc.Arbitrary<DeploymentStrategy> = fc.oneof(
  {
    arbitrary: fc
      .tuple(bound, bound)
      .filter(([surge, unavailable]) => !(isZero(surge) && isZero(unavailable))) // which the API refuses
      .map(([maxSurge, maxUnavailable]) => ({
        type: "RollingUpdate" as const,
        rollingUpdate: { maxSurge, maxUnavailable },
      })),
    weight: 4,
  },
  { arbitrary: fc.constant({ type: "Recreate" as const }), weight: 1 },
);

const later = fc.integer({ min: 1, max: 8 });
const changes: fc.Arbitrary<readonly Change[]> = fc
  .tuple(
    fc.constantFrom("v1", "v1", STUCK),
    fc.array(
      fc.oneof<fc.Arbitrary<object>[]>(
        fc.constantFrom(FIRST, "v1", "v2").map((image) => ({ image })),
        fc.integer({ min: 0, max: 5 }).map((replicas) => ({ replicas })),
      ),
      { maxLength: 2 },
    ),
    fc.array(later, { minLength: 3, maxLength: 3 }),
  )
  .map(([image, more, gaps]) => {
    // The first comes when all pods of the first image may be ready, the others while it is rolled out.
    let turn = 6;
    return [{ image }, ...more].map((change, index) => {
      const at = turn;
      turn += gaps[index]!;
      return { turn: at, ...change } as Change;
    });
  });

export const plans: fc.Arbitrary<Plan> = fc.record({
  replicas: fc.integer({ min: 1, max: 5 }),
  strategy,
  changes,
  draws: fc.array(fc.record({ endFirst: fc.boolean(), which: fc.nat(4) }), {
    minLength: MOST_TURNS,
    maxLength: MOST_TURNS,
  }),
});
