import fc from "fast-check";
import type { Operation } from "../operation.ts";
import { of } from "./chance.ts";
import type { Make } from "./common.ts";
import { patch } from "./patches.ts";
import { get, list, watch } from "./reads.ts";
import { create, evict, race, raw, remove, update } from "./writes.ts";

const operation: Make = (target) =>
  fc.oneof(
    { arbitrary: create(target), weight: 6 },
    ...(["events.k8s.io", "daemonsets"].includes(target) ? [] : [{ arbitrary: update(target), weight: 5 }]),
    ...(target === "events.k8s.io" ? [] : [{ arbitrary: patch(target), weight: 6 }]),
    { arbitrary: get(target), weight: 2 },
    { arbitrary: list(target), weight: 2 },
    { arbitrary: remove(target), weight: 3 },
    { arbitrary: watch(target), weight: 1 },
    { arbitrary: race(target), weight: 1 },
    { arbitrary: raw(target), weight: 1 },
    ...(target === "pods" ? [{ arbitrary: evict(target), weight: 3 }] : []),
  );

/** The targets of which sequences are drawn, the ones that electors lock oftener. */
const drawn = fc.oneof(
  { arbitrary: fc.constant("leases"), weight: 5 },
  { arbitrary: of("configmaps", "endpoints"), weight: 3 },
  { arbitrary: of("events", "events.k8s.io"), weight: 1 },
  { arbitrary: of("secrets", "serviceaccounts", "endpointslices"), weight: 1 },
  { arbitrary: of("pods", "deployments", "replicasets", "daemonsets"), weight: 4 },
);

/** Sequences of requests about the objects of one kind. */
export const sequencesAbout = (target: string, length: number): fc.Arbitrary<readonly Operation[]> =>
  fc.array(operation(target), { minLength: 1, maxLength: length, size: "max" });
export const sequences = (length: number): fc.Arbitrary<readonly Operation[]> =>
  drawn.chain((target) => sequencesAbout(target, length));
