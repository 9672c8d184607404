import { expect, test } from "vitest";
import { badBase64 } from "../../../harness/wire/base64.ts";

// As a kube-apiserver 1.34 told them.
test.each([
  ["", undefined],
  ["AAEC", undefined],
  ["AA\nE=\n", undefined],
  ["AA=\n=", undefined],
  ["x", 0],
  ["xxx", 0],
  ["AAAAxx", 4],
  ["x==", 1],
  ["xx=", 3],
  ["xx==x", 4],
  ["A B=", 1],
  ["AAA=\n\nA", 6],
  ["\u00e4", 0],
])("%j is wrong at %s", (text, at) => {
  expect(badBase64(text)).toBe(at);
});
