import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findElector } from "../../harness/electors/catalogue.ts";
import { historyOf, interregnum, runDocument, start, temporary } from "./cli.ts";
import { compareOn, go, ours, problem, unless, verdictsOf } from "./kind.ts";

// A cluster takes a minute to make: what can share one does. tests/long has the rest.
describe.skipIf(problem !== undefined)(`a kind cluster${unless(problem)}`, () => {
  test("rolling-update makes a cluster, passes, and leaves none", { timeout: 600_000 }, async () => {
    using folder = temporary();
    const on = ["--cluster", "kind", "--seed", "7", "--out", folder.path];
    const { code, stdout, stderr } = await interregnum("run", "rolling-update", ...on);
    expect(code, stdout + stderr).toBe(0);
    expect(runDocument(folder.path).environment["kubernetes"]).toMatch(/^v1\./);
    expect(ours()).toEqual([]);
  });

  test.skipIf(!go)("right electors pass where a mutant is convicted", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const electors = ["client-go", "reference+no-deadline", "sidecar-daemonset"];
    const { stdout, stderr, matrix } = await compareOn(folder.path, electors, "partition-leader");
    expect(verdictsOf(matrix), stdout + stderr).toEqual([
      "client-go partition-leader pass",
      "reference+no-deadline partition-leader fail",
      "sidecar-daemonset partition-leader pass",
    ]);
    expect(ours()).toEqual([]);

    const sidecar = join(folder.path, "sidecar-daemonset");
    expect(stdout).toContain("a DaemonSet has a pod on each of 2 nodes here");
    expect(startedIn(sidecar).size).toBe(2);
    // A pod's own account is enough for it: it does not start without one.
    expect((await findElector("sidecar-daemonset")).args).toContain("--use-cluster-credentials");
    // The endpoint was asked in each pod, and the program beside it asked, and worked.
    const events = historyOf(sidecar);
    const answered = events.flatMap((event) =>
      event.type === "answer" && event.names !== undefined ? event.replica : [],
    );
    expect(new Set(answered)).toEqual(startedIn(sidecar));
    expect(events.filter(({ type }) => type === "act").length).toBeGreaterThan(10);
    const agreement = runDocument(sidecar).trials[0]?.properties.find(({ name }) => name === "endpoint-agreement");
    expect(agreement?.verdict).toBe("pass");
    expect(runDocument(sidecar).environment["observationErrorMs"]).toMatchObject({
      byProbe: { answers: { p50: expect.any(Number) } },
    });
  });

  test("Ctrl-C removes the cluster", { timeout: 400_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "calm", "--cluster", "kind", "--out", folder.path]);
    await harness.seen("settled after");
    expect(ours()).toHaveLength(1);
    harness.kill("SIGINT");
    expect((await harness.done).code).toBe(130);
    expect(ours()).toEqual([]);
  });

  test("after SIGKILL in the middle of a pause, clean removes the cluster", { timeout: 400_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "pause-leader", "--cluster", "kind", "--out", folder.path]);
    await harness.seen("pause: landed");
    harness.kill("SIGKILL");
    await harness.done;
    expect(ours()).toHaveLength(1);
    const { stdout } = await interregnum("clean");
    expect(stdout).toContain("removed the cluster interregnum-");
    expect(ours()).toEqual([]);
  });
});

const startedIn = (folder: string): ReadonlySet<string> =>
  new Set(
    historyOf(folder).flatMap((event) => (event.type === "replica" && event.phase === "started" ? event.replica : [])),
  );
