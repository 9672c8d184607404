import { describe, expect, test } from "vitest";
import { incarnationKey, type ActEvent } from "../../harness/core/events.ts";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { historyOf, interregnum, runDocument, temporary } from "./cli.ts";

const missing = Object.entries(await findPrograms())
  .filter(([, path]) => path === undefined)
  .map(([name]) => name);
const unless = missing.length > 0 ? ` (left out: no ${missing.join(", ")})` : "";

const trials = [
  { elector: "kube-scheduler", scenario: "kill-leader", did: /^create pods\/binding work-/ },
  {
    elector: "kube-controller-manager",
    scenario: "partition-leader",
    did: /^(create replicasets|update deployments\/status work-)/,
  },
];

describe.skipIf(missing.length > 0)(`Kubernetes' own electors${unless}`, () => {
  test.each(trials)("$elector passes $scenario", { timeout: 300_000 }, async ({ elector, scenario, did }) => {
    using folder = temporary();
    const run = ["run", scenario, "--cluster", "apiserver", "--elector", elector, "--seed", "7", "--out", folder.path];
    const { code, stdout, stderr } = await interregnum(...run);
    expect(code, stdout + stderr).toBe(0);
    const [trial] = runDocument(folder.path).trials;
    const events = historyOf(folder.path);
    const acts = events.filter((event): event is ActEvent => event.type === "act");
    expect(new Set(acts.map(incarnationKey)).size).toBe(2);
    for (const act of acts) expect(act.what).toMatch(did);
    const level = (name: string) => trial!.properties.find((property) => property.name === name)?.level;
    expect([level("at-most-one-leader"), level("at-most-one-effect")]).toEqual(["L1", "L3"]);
    expect(events.some((event) => event.type === "answer" && event.leading)).toBe(true);
    expect(events.some((event) => event.type === "notice" && event.says === "leads")).toBe(true);
    expect(trial!.measures["eventLagMs"]!.length + trial!.measures["termsWithoutEvent"]![0]!).toBe(2);
  });
});

test("what works upon a real API's objects is refused elsewhere, and told where it runs", async () => {
  const { code, stderr } = await interregnum("run", "calm", "--elector", "kube-scheduler");
  expect(code).toBe(3);
  expect(stderr).toContain("--cluster apiserver");
});
