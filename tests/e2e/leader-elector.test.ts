import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { findElector } from "../../harness/electors/catalogue.ts";
import { prepareElector } from "../../harness/electors/prepare.ts";
import { listeners, named, openBench } from "./leader-elector.ts";

const go = spawnSync("go", ["version"]).status === 0;
const OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount"] as const;
const mounts = spawnSync("unshare", [...OWN_MOUNTS.slice(1), "true"]).status === 0;
/** Gives what it becomes a service account's files, where a pod has them. */
const IN_A_POD = `mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io &&
  cp -r "$ACCOUNT" /var/run/secrets/kubernetes.io/serviceaccount && exec "$@"`;

/** What --ttl=2s makes of the others (ms). */
const [DEADLINE, RETRY] = [1000, 500];

/**
 * Whether the least of the last three times is what it ought to be. A crowded machine makes single ones longer, or ends a
 * term; who waits until this holds is not disturbed by that.
 */
const settled = (times: readonly number[], ought: number): true | undefined => {
  const least = Math.min(...times.slice(-3));
  return (times.length >= 3 && least >= ought && least < ought + 100) || undefined;
};

// tests/e2e/sidecar.test.ts has the scenarios.
describe.skipIf(!go)("the sidecar's program (skipped where Go is missing)", () => {
  let program = "";
  beforeAll(async () => {
    const elector = await findElector("sidecar");
    await prepareElector(elector, AbortSignal.timeout(600_000));
    program = elector.command![0]!;
  }, 600_000);

  test("names the leader on any path, by any method, and nobody while it knows none", async ({ signal }) => {
    await using bench = await openBench(program, signal);
    const speak = bench.silence();
    const [first, second] = [await bench.port(), await bench.port()];
    const a = bench.start(["--election=demo", "--id=a", "--ttl=6s", `--http=127.0.0.1:${first}`]);
    for (const method of ["GET", "POST"])
      for (const path of ["/", "/any/path?with=query"])
        expect(await bench.answerAt(first, path, method)).toEqual(named(""));
    speak();
    await bench.says(first, "a");
    bench.start(["--election=demo", "--id=b", "--ttl=6s", `--http=127.0.0.1:${second}`]);
    await bench.says(second, "a");
    for (const method of ["GET", "POST", "PUT", "DELETE"])
      for (const path of ["/", "/any/path?with=query"]) {
        expect(await bench.answerAt(first, path, method)).toEqual(named("a"));
        expect(await bench.answerAt(second, path, method)).toEqual(named("a"));
      }
    a.end("SIGTERM");
    await a.ended;
    expect(bench.record()?.["holderIdentity"]).toBe("a"); // it never releases
    await bench.says(second, "b");
    expect(bench.record()).toMatchObject({ holderIdentity: "b", leaderTransitions: 1 });
  });

  test("asks for ten seconds in the namespace default, and listens nowhere, unless told", async ({ signal }) => {
    await using bench = await openBench(program, signal);
    const { pid } = bench.start(["--election=demo", "--id=a"]);
    const whole = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await bench.eventually(() => bench.record())).toEqual({
      holderIdentity: "a",
      leaseDurationSeconds: 10,
      acquireTime: whole,
      renewTime: whole,
      leaderTransitions: 0,
    });
    expect(listeners(pid)).toBe(0);
    const port = await bench.port();
    const heard = bench.start(["--election=demo", "--id=b", `--http=127.0.0.1:${port}`]);
    await bench.answerAt(port);
    expect(listeners(heard.pid)).toBe(1);
  });

  test(
    "renews each quarter of its ttl, and gives a silent API up after half of it",
    { timeout: 60_000 },
    async ({ signal }) => {
      await using bench = await openBench(program, signal);
      const port = await bench.port();
      bench.start(["--election=demo", "--id=a", "--ttl=2s", `--http=127.0.0.1:${port}`]);
      const pauses = (): readonly number[] =>
        bench.renewals().flatMap((at, index, all) => (index === 0 ? [] : [at - all[index - 1]!]));
      await bench.eventually(() => settled(pauses(), RETRY));
      expect(bench.record()?.["leaseDurationSeconds"]).toBe(2);
      const silences: number[] = [];
      await bench.eventually(async () => {
        const before = bench.renewals().length;
        // Who acquires renews at once, and only then after a pause.
        await bench.eventually(() => bench.renewals().length >= before + 2 || undefined);
        await bench.says(port, "a");
        const speak = bench.silence();
        const renewed = bench.renewals().at(-1)!;
        await bench.says(port, "");
        silences.push(performance.now() - renewed);
        speak();
        return settled(silences, RETRY + DEADLINE);
      });
    },
  );

  test.for([
    ["--election", ["--id=a"], "--election and --id are required"],
    ["--id", ["--election=demo"], "--election and --id are required"],
    ["a cluster", ["--election=demo", "--id=a", "--use-cluster-credentials"], "in-cluster configuration"],
  ] as const)("does not start without %s", async ([, args, words], { signal }) => {
    await using bench = await openBench(program, signal);
    const { code, stderr } = await bench.start(args).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(bench.asked()).toBe(false);
  });

  test.skipIf(!mounts)(
    "finds its API by a pod's service account alone (skipped where a process may not have mounts of its own)",
    async ({ signal }) => {
      await using bench = await openBench(program, signal);
      const env = { ...bench.inCluster, ACCOUNT: bench.account, KUBECONFIG: "/nowhere" };
      bench.start(["--election=demo", "--id=a", "--use-cluster-credentials"], env, [
        ...OWN_MOUNTS,
        "sh",
        "-c",
        IN_A_POD,
        "sh",
      ]);
      expect(await bench.eventually(() => bench.record())).toMatchObject({ holderIdentity: "a" });
    },
  );
});
