import { expect, test } from "vitest";
import { mergedOrder } from "../../../harness/kubernetes/managed/order.ts";

// Live list, configuration, what a kube-apiserver 1.34 made of them.
test.each([
  ["s", "ts", "ts"],
  ["ts", "sut", "sut"],
  ["sut", "vtwu", "svtwu"],
  ["svtwu", "ux", "svtwux"],
  ["svtwux", "xs", "vtwuxs"],
  ["vtwuxs", "wvyuts", "wxvyuts"],
  ["wxvyuts", "1s2w3x4", "vyut1s2w3x4"],
  ["", "ba", "ba"],
  ["ab", "", "ab"],
])("%s under %s is %s", (live, stated, merged) => {
  expect(mergedOrder([...live], [...stated]).join("")).toBe(merged);
});
