import { describe, expect, test } from "vitest";
import type { Found } from "../../differential/compare.ts";
import { excused, excuses } from "../../differential/excuses.ts";
import type { Normal } from "../../differential/normal.ts";
import type { Operation } from "../../differential/operation.ts";

type Told = { readonly status: number; readonly message?: string; readonly causes?: readonly string[] };
type Case = { readonly operation: Operation; readonly at: string; readonly embedded: Told; readonly real: Told };

const common = { name: "a", query: {}, accept: "application/json" };
const patch = (target: string, type: "json" | "merge" | "strategic" | "apply"): Operation => ({
  ...common,
  verb: "patch",
  target,
  sub: "",
  type,
  body: {},
});
const create = (target: string): Operation => ({ ...common, verb: "create", target, body: {}, as: "json" });
const raw = (target: string): Operation => ({
  ...common,
  verb: "raw",
  target,
  method: "POST",
  below: "",
  text: "text",
  type: "text/plain",
});

const bodyOf = ({ message = "", causes }: Told) => ({
  message,
  ...(causes === undefined ? {} : { details: { causes: causes.map((field) => ({ field })) } }),
});
const answer = (told: Told): Normal => ({
  answers: [{ status: told.status, type: "application/json", warnings: [], body: bodyOf(told) }],
  frames: [],
});
const found = ({ operation, at, embedded, real }: Case, part = "answers"): Found => ({
  at: 0,
  operation,
  difference: { path: `/${part}/0${at}`, embedded: undefined, real: undefined },
  said: [],
  normals: [answer(embedded), answer(real)],
});

const told = (status: number, message = ""): Told => ({ status, message });
const invalid = (...causes: readonly string[]): Told => ({ status: 422, causes });
const MESSAGE = "/body/message";
const decoder = told(400, 'Lease in version "v1" cannot be handled as a Lease: json: cannot unmarshal number');
const patched = told(422, 'patch: Invalid value: "{}": json: cannot unmarshal string');
const typed = told(500, "failed to create typed patch object (/a; v1, Kind=ConfigMap): .data: expected map");
const converted = told(500, "failed to convert new object (/a; v1, Kind=ConfigMap) to proper version");
const conflict = told(409, "Apply failed with 1 conflict");
const [lease, pod, event] = ["leases", "pods", "events.k8s.io"];

/** By a part of each excuse's reason: what it explains, and what, for the difference of a single thing, it does not. */
const cases: Readonly<Record<string, { readonly yes: readonly Case[]; readonly no: readonly Case[] }>> = {
  "of a wrong type in one body": {
    yes: [
      { operation: create(lease), at: MESSAGE, embedded: decoder, real: decoder },
      { operation: patch(lease, "merge"), at: MESSAGE, embedded: patched, real: patched },
      { operation: patch(lease, "merge"), at: "/body/details/causes/0/message", embedded: patched, real: patched },
    ],
    no: [
      { operation: create(lease), at: MESSAGE, embedded: decoder, real: told(400, "the name is undeterminable") },
      { operation: create(lease), at: "/status", embedded: decoder, real: patched },
      { operation: create(lease), at: "/body/reason", embedded: decoder, real: decoder },
      { operation: create(lease), at: "/warnings/0", embedded: decoder, real: decoder },
      { operation: create(lease), at: MESSAGE, embedded: told(200, decoder.message), real: told(200, decoder.message) },
    ],
  },
  "in an applied configuration": {
    yes: [{ operation: patch("configmaps", "apply"), at: MESSAGE, embedded: typed, real: typed }],
    no: [
      { operation: patch("configmaps", "apply"), at: MESSAGE, embedded: typed, real: converted },
      { operation: patch("configmaps", "apply"), at: "/status", embedded: typed, real: told(422, typed.message) },
      { operation: patch("configmaps", "apply"), at: "/body/code", embedded: typed, real: typed },
    ],
  },
  "told of before a conflict": {
    yes: [
      { operation: patch(lease, "apply"), at: "/status", embedded: converted, real: conflict },
      { operation: patch(lease, "apply"), at: "/body/details", embedded: converted, real: conflict },
    ],
    no: [
      { operation: patch(lease, "apply"), at: "/status", embedded: conflict, real: converted },
      { operation: patch(lease, "apply"), at: "/status", embedded: converted, real: told(200) },
      { operation: patch(lease, "apply"), at: "/status", embedded: typed, real: conflict },
      { operation: patch(lease, "apply"), at: "/warnings/0", embedded: converted, real: conflict },
    ],
  },
  "of pods and workloads the embedded API checks": {
    yes: [
      { operation: create(pod), at: MESSAGE, embedded: invalid("a"), real: invalid("a", "b") },
      {
        operation: create("deployments"),
        at: "/body/details/causes/1",
        embedded: invalid("b"),
        real: invalid("a", "b"),
      },
    ],
    no: [
      { operation: create(lease), at: MESSAGE, embedded: invalid("a"), real: invalid("a", "b") },
      { operation: create(pod), at: MESSAGE, embedded: invalid("a", "c"), real: invalid("a", "b") },
      { operation: create(pod), at: MESSAGE, embedded: invalid(), real: invalid("a") },
      { operation: create(pod), at: "/status", embedded: invalid("a"), real: told(201) },
      { operation: create(pod), at: "/status", embedded: told(201), real: invalid("a") },
      { operation: create(pod), at: "/body/details/kind", embedded: invalid("a"), real: invalid("a", "b") },
      { operation: create(pod), at: "/warnings/0", embedded: invalid("a"), real: invalid("a", "b") },
    ],
  },
  "a body that is neither": {
    yes: [{ operation: raw(pod), at: MESSAGE, embedded: told(400), real: told(400) }],
    no: [
      { operation: raw(lease), at: MESSAGE, embedded: told(400), real: told(400) },
      { operation: raw(pod), at: "/status", embedded: told(415), real: told(400) },
      { operation: create(pod), at: MESSAGE, embedded: told(400), real: told(400) },
      { operation: raw(pod), at: "/status", embedded: told(400), real: told(200) },
      { operation: raw(pod), at: "/status", embedded: told(200), real: told(400) },
      { operation: raw(pod), at: "/type", embedded: told(400), real: told(400) },
    ],
  },
  "out of core's form": {
    yes: [
      { operation: create(event), at: MESSAGE, embedded: told(422), real: told(422) },
      { operation: create(event), at: "/body/details/causes/0/field", embedded: told(422), real: told(422) },
    ],
    no: [
      { operation: create(event), at: "/body/note", embedded: told(200), real: told(200) },
      { operation: create(event), at: MESSAGE, embedded: told(201), real: told(201) },
      { operation: create(event), at: "/status", embedded: told(422), real: told(400) },
      { operation: create(event), at: "/body/reason", embedded: told(422), real: told(422) },
      { operation: create("events"), at: MESSAGE, embedded: told(422), real: told(422) },
    ],
  },
  "handler panics": {
    yes: [
      { operation: patch(lease, "json"), at: "/status", embedded: told(422), real: told(0) },
      { operation: patch(lease, "json"), at: "/body", embedded: told(422), real: told(0) },
      { operation: patch(lease, "json"), at: "/type", embedded: told(422), real: told(0) },
      { operation: patch("endpoints", "json"), at: "/warnings/0", embedded: told(422), real: told(0) },
    ],
    no: [
      { operation: patch(lease, "merge"), at: "/status", embedded: told(422), real: told(0) },
      { operation: patch(lease, "json"), at: "/status", embedded: told(200), real: told(0) },
      { operation: patch(lease, "json"), at: "/status", embedded: told(422), real: told(200) },
    ],
  },
  "deleted a moment ago": {
    yes: [{ operation: patch("configmaps", "strategic"), at: "/warnings/0", embedded: told(404), real: told(404) }],
    no: [
      { operation: patch("configmaps", "strategic"), at: "/warnings/0", embedded: told(200), real: told(200) },
      { operation: patch("configmaps", "strategic"), at: "/status", embedded: told(404), real: told(200) },
      { operation: patch("configmaps", "strategic"), at: MESSAGE, embedded: told(404), real: told(404) },
      { operation: create("configmaps"), at: "/warnings/0", embedded: told(404), real: told(404) },
    ],
  },
};

describe.each(Object.entries(cases))("the excuse %s", (part, { yes, no }) => {
  const own = excuses.filter(({ why }) => why.includes(part));

  test("is one", () => expect(own).toHaveLength(1));
  test.each(yes)("explains $at of $embedded.status and $real.status", (each) => {
    expect(excused(found(each))).toBe(true);
    // And that is its own doing.
    const { operation, embedded, real, at } = each;
    expect(own[0]!.at.test(at) && own[0]!.explains({ operation, ...bodies(embedded, real) }, found(each))).toBe(true);
  });
  test.each(no)("does not explain $at of $embedded.status and $real.status", (each) =>
    expect(excused(found(each))).toBe(false),
  );
  test.each(yes)("does not explain an event of a watch", (each) => expect(excused(found(each, "frames"))).toBe(false));
});

const bodies = (embedded: Told, real: Told) => ({
  embedded: { status: embedded.status, body: bodyOf(embedded) },
  real: { status: real.status, body: bodyOf(real) },
});

describe("the excuse of several who delete a pod at once", () => {
  const race = (target: string, of: "delete" | "patch"): Operation => ({
    ...common,
    verb: "race",
    target,
    of,
    writers: 2,
  });
  const normal = (...statuses: readonly number[]): Normal => ({
    answers: statuses.map((status) => ({ status, body: {} })),
    frames: [],
  });
  const raced = (operation: Operation, ...normals: readonly [Normal, Normal]): Found => ({
    at: 0,
    operation,
    difference: { path: "/answers/2/status", embedded: undefined, real: undefined },
    said: [],
    normals,
  });
  const once = normal(200, 200, 404, 404);

  test("explains that more than one was told so", () =>
    expect(excused(raced(race("pods", "delete"), once, normal(200, 200, 200, 404)))).toBe(true));

  test.each<[string, Operation, Normal, Normal]>([
    ["other targets", race("leases", "delete"), once, normal(200, 200, 200, 404)],
    ["other races", race("pods", "patch"), once, normal(200, 200, 200, 404)],
    ["nobody told so", race("pods", "delete"), once, normal(200, 404, 404, 404)],
    ["another status", race("pods", "delete"), once, normal(200, 200, 409, 404)],
    ["something left after it", race("pods", "delete"), once, normal(200, 200, 200, 200)],
    ["something else there before it", race("pods", "delete"), once, normal(404, 200, 200, 404)],
  ])("does not explain %s", (_, operation, embedded, real) =>
    expect(excused(raced(operation, embedded, real))).toBe(false),
  );
});

test("every excuse is tried here", () => {
  const tried = [...Object.keys(cases), "of several who delete a pod at once"];
  for (const { why } of excuses) expect(tried.filter((part) => why.includes(part))).toHaveLength(1);
});
