import { expect, test } from "vitest";
import type { Found } from "../../differential/compare.ts";
import { excuses } from "../../differential/excuses.ts";
import type { Normal } from "../../differential/normal.ts";

const answer = (status: number, warnings: readonly string[], body: unknown = {}): Normal => ({
  answers: [{ status, type: "application/json", warnings, body }],
  frames: [],
});

/** A patch of a ConfigMap that was answered so, and where the two answers part. */
const patched = (path: string, ...normals: readonly [Normal, Normal]): Found => ({
  at: 0,
  operation: {
    verb: "patch",
    target: "configmaps",
    name: "a",
    query: {},
    accept: "application/json",
    sub: "",
    type: "strategic",
    body: { nonsense: 1 },
  },
  difference: { path, embedded: undefined, real: undefined },
  said: [],
  normals,
});

const excused = (found: Found): boolean => excuses.some((excuse) => excuse.explains(found));
const WARNED = ['unknown field "nonsense"'];

test("a warning beside a 404 of both is excused; beside an answer, or a status of one alone, it is not", () => {
  const at = "/answers/0/warnings/0";
  expect(excused(patched(at, answer(404, []), answer(404, WARNED)))).toBe(true);
  expect(excused(patched(at, answer(200, []), answer(200, WARNED)))).toBe(false);
  expect(excused(patched("/answers/0/status", answer(404, []), answer(200, WARNED)))).toBe(false);
  expect(excused(patched("/answers/0/body/message", answer(404, []), answer(404, WARNED)))).toBe(false);
});
