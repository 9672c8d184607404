import fc from "fast-check";
import { expect, test } from "vitest";
import { maxSurge, maxUnavailable } from "../../../harness/kubernetes/rollout/bounds.ts";
import { TEMPLATE_HASH } from "../../../harness/kubernetes/rollout/hash.ts";
import { isReady } from "../../../harness/kubernetes/rollout/pods.ts";
import { isComplete } from "../../../harness/kubernetes/rollout/status.ts";
import type { DeploymentStrategy } from "../../../harness/kubernetes/rollout/types.ts";
import { openWorld, type World } from "./world.ts";

const count = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
);
const rolling = fc
  .record({ maxSurge: count, maxUnavailable: count })
  .map((rollingUpdate): DeploymentStrategy => ({ type: "RollingUpdate", rollingUpdate }));

/** What may happen next; the number says to which of the pods that it could happen to. */
const step = fc.record({
  kind: fc.constantFrom("ready", "finish", "image", "pass", "crash"),
  which: fc.nat({ max: 20 }),
});
type Step = { readonly kind: string; readonly which: number };

function take(world: World, { kind, which }: Step): void {
  const pick = <T>(of: readonly T[]): T | undefined => of[which % Math.max(1, of.length)];
  const open = pick(world.active().filter((pod) => !isReady(pod)));
  const ending = pick(world.terminating());
  const running = pick(world.active().filter(isReady));
  if (kind === "ready" && open) world.makeReady(open);
  if (kind === "finish" && ending) world.finish(ending);
  if (kind === "image") world.image(`v${which % 4}`);
  if (kind === "pass") world.pass(1);
  if (kind === "crash" && running) world.makeUnready(running);
}

test("a rolling update has never more pods than the surge allows, nor deletes below what must be available", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      rolling,
      fc.array(step, { maxLength: 40 }),
      (replicas, strategy, steps) => {
        using world = openWorld();
        world.deploy(replicas, strategy);
        world.settle();
        const most = replicas + maxSurge(world.deployment());
        const least = replicas - maxUnavailable(world.deployment());
        world.store.subscribe(({ resource, type, object, previous }) => {
          if (resource !== "pods") return;
          expect(world.active().length).toBeLessThanOrEqual(most);
          const deletes =
            type === "MODIFIED" && !previous?.metadata.deletionTimestamp && object.metadata.deletionTimestamp;
          // Only the end of a ready pod takes anything from what is available.
          if (deletes && isReady(object as never)) expect(world.available().length).toBeGreaterThanOrEqual(least);
        });
        for (const next of steps) take(world, next);
        world.settle();
        expect(isComplete(world.deployment())).toBe(true);
        expect(world.errors).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test("Recreate never has pods of two revisions, terminating ones included, and comes to its end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 40 }), (replicas, steps) => {
      using world = openWorld();
      world.deploy(replicas, { type: "Recreate" });
      world.settle();
      world.store.subscribe(({ resource }) => {
        if (resource !== "pods") return;
        expect(new Set(world.pods().map((pod) => pod.metadata.labels?.[TEMPLATE_HASH])).size).toBeLessThanOrEqual(1);
      });
      for (const next of steps) take(world, next);
      world.settle();
      expect(isComplete(world.deployment())).toBe(true);
      expect(world.pods()).toHaveLength(replicas);
      expect(world.errors).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("every scaling in the middle of a rollout converges to the wanted number of new pods", () => {
  const act = fc.oneof(step, fc.record({ kind: fc.constant("scale"), which: fc.nat({ max: 8 }) }));
  fc.assert(
    fc.property(rolling, fc.array(act, { maxLength: 30 }), (strategy, steps) => {
      using world = openWorld();
      world.deploy(3, strategy);
      for (const next of steps)
        if (next.kind === "scale") world.patch({ replicas: next.which });
        else take(world, next);
      world.settle();
      expect(isComplete(world.deployment())).toBe(true);
      expect(world.pods()).toHaveLength(world.deployment().spec.replicas!);
      expect(new Set(world.pods().map((pod) => pod.metadata.labels?.[TEMPLATE_HASH])).size).toBeLessThanOrEqual(1);
      expect(world.errors).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
