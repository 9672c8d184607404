import { expect, test } from "vitest";
import { differenceOf, differencesOf, Normalizer, tells } from "../../differential/normal.ts";
import type { Outcome } from "../../differential/play/outcome.ts";

const uid = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const outcome = (version: number, of: string): Outcome => ({
  said: "",
  answers: [
    { status: 200, type: "", warnings: [], body: { metadata: { resourceVersion: String(version), uid: uid(of) } } },
  ],
});

function words(target: string, outcomes: readonly Outcome[]): readonly unknown[] {
  const normalizer = new Normalizer(target);
  outcomes.forEach(normalizer.learnAnswers);
  return outcomes.map(normalizer.answers);
}

test("versions of the same order and uids of the same pattern are the same words, others are not", () => {
  const ours = words("leases", [outcome(3, "a"), outcome(7, "b"), outcome(9, "a")]);
  expect(
    differenceOf(ours, words("leases", [outcome(100, "c"), outcome(200, "d"), outcome(201, "c")])),
  ).toBeUndefined();
  const swapped = words("leases", [outcome(200, "c"), outcome(100, "d"), outcome(201, "c")]);
  expect(differenceOf(ours, swapped)?.path).toBe("/0/0/body/metadata/resourceVersion");
  const others = words("leases", [outcome(100, "c"), outcome(200, "d"), outcome(201, "d")]);
  expect(differenceOf(ours, others)?.path).toBe("/2/0/body/metadata/uid");
});

test("what a mask leaves out is left out of its targets only", () => {
  const owned: Outcome = {
    said: "",
    answers: [
      { status: 200, type: "", warnings: [], body: { metadata: { name: "a", managedFields: [{ manager: "m" }] } } },
    ],
  };
  const bare: Outcome = {
    said: "",
    answers: [{ status: 200, type: "", warnings: [], body: { metadata: { name: "a" } } }],
  };
  expect(differenceOf(words("pods", [owned]), words("pods", [bare]))).toBeUndefined();
  expect(differenceOf(words("leases", [owned]), words("leases", [bare]))?.path).toBe(
    "/0/0/body/metadata/managedFields",
  );
});

const body = (value: object): Outcome => ({
  said: "",
  answers: [{ status: 200, type: "", warnings: [], body: value }],
});

test("a list without an order is the same in another one, other lists are not", () => {
  const owned = (...managers: readonly string[]) =>
    words("leases", [body({ metadata: { managedFields: managers.map((manager) => ({ manager })) } })]);
  expect(differenceOf(owned("a", "b"), owned("b", "a"))).toBeUndefined();
  expect(differenceOf(owned("a", "b"), owned("b", "c"))).toBeDefined();
  const causes = (...fields: readonly string[]) => words("leases", [body({ details: { causes: fields } })]);
  expect(differenceOf(causes("a", "b"), causes("b", "a"))).toBeUndefined();
  const finalizers = (...names: readonly string[]) => words("leases", [body({ metadata: { finalizers: names } })]);
  expect(differenceOf(finalizers("a", "b"), finalizers("b", "a"))).toBeDefined();
});

test("bookmarks are passed over, but for the one that ends the initial events", () => {
  const end = { metadata: { annotations: { "k8s.io/initial-events-end": "true" } } };
  expect(tells({ type: "BOOKMARK", object: {} })).toBe(false);
  expect(tells({ type: "BOOKMARK", object: end })).toBe(true);
  expect(tells({ type: "ADDED", object: {} })).toBe(true);
});

test("every difference is told, in the order of its path", () => {
  const [ours, theirs] = [
    { a: 1, b: [1, 2], c: {} },
    { a: 2, b: [1], c: { d: 1 } },
  ];
  expect([...differencesOf(ours, theirs)].map(({ path }) => path)).toEqual(["/a", "/b/1", "/c/d"]);
  expect([...differencesOf(ours, ours)]).toEqual([]);
});

test("which of several patches at once came first is not compared in events, and is in answers", () => {
  const object = (...patches: readonly string[]) => ({
    metadata: { name: "a", annotations: Object.fromEntries(patches.map((name) => [name, "w"])) },
  });
  const event = (...patches: readonly string[]): readonly unknown[] => {
    const frames = [{ type: "MODIFIED", object: object(...patches) }];
    const watching = { answer: undefined, frames, ended: () => true, close: async () => {} };
    return new Normalizer("leases").frames({ said: "", answers: [], watching });
  };
  expect(differenceOf(event("w0", "note"), event("w1", "note"))).toBeUndefined();
  expect(differenceOf(event("w0"), event("w0", "note"))).toBeDefined();
  expect(
    differenceOf(words("leases", [body(object("w0", "w1"))]), words("leases", [body(object("w0"))])),
  ).toBeDefined();
});
