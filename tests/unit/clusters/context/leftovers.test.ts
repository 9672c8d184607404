import { expect, test } from "vitest";
import { stillDone, type Deed } from "../../../../harness/clusters/context/leftovers.ts";

test("a cordon that was taken back is nobody's to take back again; images go last", () => {
  const deeds: readonly Deed[] = [
    { kind: "image", name: "x:1", nodes: ["n1"] },
    { kind: "cordon", name: "n1" },
    { kind: "cordon", name: "n1", undone: true },
    { kind: "cordon", name: "n2" },
    { kind: "cordon", name: "n2", undone: true },
    { kind: "cordon", name: "n2" },
    { kind: "namespace", name: "interregnum-a-0" },
  ];
  expect(stillDone(deeds).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "namespace interregnum-a-0",
    "cordon n2",
    "image x:1",
  ]);
});
