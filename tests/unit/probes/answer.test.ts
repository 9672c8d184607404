import { expect, test } from "vitest";
import { understandAnswer } from "../../../harness/probes/answer.ts";

const me = "demo-1";

test.each([
  [200, '{"leading": true}', { leading: true }],
  [200, '{"leading": false, "term": 4}', { leading: false, term: 4 }],
  [200, '{"leading": true, "token": 9, "term": "x"}', { leading: true, term: 9 }],
  [503, '{"leading": false}', { leading: false }],
  [200, '{"name": "demo-1"}', { leading: true, names: "demo-1" }],
  [200, '{"name": "demo-2"}', { leading: false, names: "demo-2" }],
  [200, '{"name": ""}', { leading: false }],
  [200, '{"leader": "demo-1"}', { leading: true, names: "demo-1" }],
  [200, '{"holderIdentity": "demo-2"}', { leading: false, names: "demo-2" }],
  [200, "demo-1\n", { leading: true, names: "demo-1" }],
])("%i %s is understood", (status, body, answer) => {
  expect(understandAnswer(status, body, me)).toEqual(answer);
});

test.each([
  [200, "ok"],
  [200, "demo-2"],
  [200, ""],
  [200, "null"],
  [200, "[]"],
  [200, '{"leading": "yes"}'],
  [200, '{"name": 3}'],
  [500, "demo-1"],
  [404, '{"name": "demo-2"}'],
])("%i %s is no denial", (status, body) => {
  expect(understandAnswer(status, body, me)).toBeUndefined();
});
