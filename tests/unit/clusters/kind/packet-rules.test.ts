import { expect, test } from "vitest";
import { filtersOf, queueOf, touchedIn } from "../../../../harness/clusters/kind/packet-rules.ts";
import { millis } from "../../../../harness/core/time.ts";

const gate = { host: "172.18.0.1", port: 40_001 };

test("all packets are dropped either way, in both families, but for the pod's own", () => {
  const filters = filtersOf({ kind: "drop" }, gate, "packet-drop-1");
  expect(filters.map(({ family }) => family)).toEqual([4, 6]);
  const { add, remove } = filters[0]!;
  expect(add).toBe(
    '*filter\n-I INPUT ! -i lo -m comment --comment "interregnum packet-drop-1" -j DROP\n' +
      '-I OUTPUT ! -o lo -m comment --comment "interregnum packet-drop-1" -j DROP\nCOMMIT\n',
  );
  expect(remove).toBe(add.replaceAll("-I ", "-D "));
});

test("one way, to the API alone, concerns one chain, the gate's address and its family", () => {
  const [only, ...more] = filtersOf({ kind: "drop", direction: "out", to: "api" }, gate, "f-1");
  expect(more).toEqual([]);
  expect(only?.add).toContain("-I OUTPUT ! -o lo -d 172.18.0.1 -p tcp --dport 40001 ");
  expect(only?.add).not.toContain("INPUT");
  const [six] = filtersOf({ kind: "drop", direction: "in", to: "api" }, { host: "fc00::1", port: 1 }, "f-1");
  expect(six).toMatchObject({ family: 6, add: expect.stringContaining("-s fc00::1 -p tcp --sport 1 ") });
});

test("a share of the packets is drawn by the filter", () => {
  const add = filtersOf({ kind: "loss", share: 0.1 }, gate, "f-1")[0]!.add;
  expect(add.match(/--mode random --probability 0\.1000/g)).toHaveLength(2);
});

test("what a rule touched is counted by its own mark", () => {
  const saved = [
    "*filter",
    ":INPUT ACCEPT [7:420]",
    '[12:720] -A INPUT ! -i lo -m comment --comment "interregnum packet-drop-1" -j DROP',
    '[3:180] -A OUTPUT ! -o lo -m comment --comment "interregnum packet-drop-1" -j DROP',
    '[99:180] -A OUTPUT ! -o lo -m comment --comment "interregnum packet-drop-11" -j DROP',
    "[5:5] -A OUTPUT -j DROP",
    "COMMIT",
  ].join("\n");
  expect(touchedIn(saved, "packet-drop-1")).toBe(15);
  expect(touchedIn(saved, "packet-drop-2")).toBe(0);
});

test("a delay is a queue of our own, and no filter", () => {
  const rule = { kind: "delay", by: millis(250.4) } as const;
  expect(filtersOf(rule, gate, "f-1")).toEqual([]);
  expect(queueOf(rule)?.add.join(" ")).toBe("tc qdisc add dev eth0 root handle 1e66: netem delay 251ms limit 10000");
  expect(queueOf(rule)?.remove.join(" ")).toBe("tc qdisc del dev eth0 root handle 1e66:");
  expect(queueOf({ kind: "drop" })).toBeUndefined();
});
