import { expect, test } from "vitest";
import { watchEnds } from "../../../harness/clusters/containers/ends.ts";
import { addressesIn } from "../../../harness/clusters/containers/network.ts";
import { watchLag } from "../../../harness/clusters/containers/lag.ts";
import type { Engine } from "../../../harness/clusters/containers/engine.ts";
import { openProcesses } from "../../../harness/clusters/processes.ts";
import type { Bounds } from "../../../harness/core/time.ts";
import { openLoopClock } from "../../../harness/runner/loop-clock.ts";
import { join } from "node:path";
import { eventually, shellEnv, temporaryFolder } from "./bench.ts";

test("addresses of a range are given in turn, but for its first, its last and the gateway", () => {
  const next = addressesIn("172.18.255.0/29", "172.18.255.1");
  const all = Array.from({ length: 6 }, next);
  expect(all).toEqual([2, 3, 4, 5, 6, 2].map((last) => `172.18.255.${last}`));
});

test("a range crosses its octets", () => {
  const next = addressesIn("10.0.0.0/16", "10.0.0.1");
  const all = Array.from({ length: 600 }, next);
  expect(new Set(all).size).toBe(600);
  expect(all[599]).toBe("10.0.2.89");
});

test("the end of a process is told once, between when it was seen alive and when it was not", async () => {
  using folder = temporaryFolder();
  using clock = openLoopClock();
  await using runtime = await openProcesses({ run: "t", folder: folder.path, ledger: join(folder.path, "ledger") });
  using ends = watchEnds();
  const argv = ["sleep", "1000"];
  const told: Bounds[] = [];
  let exit: Bounds | undefined;
  const running = await runtime.start({
    argv,
    env: shellEnv,
    directory: folder.path,
    namespace: "n",
    pod: "p",
    address: "127.0.0.1",
    clock,
    lines: () => {},
    silent: () => {},
    ended: ({ bounds }) => (exit = bounds),
  });
  ends.watch(running.pid, clock, (bounds) => told.push(bounds));
  const killed = clock.now();
  running.kill();
  await eventually(() => told.length > 0 && exit !== undefined);
  expect(told).toHaveLength(1);
  expect(told[0]!.since).toBeLessThanOrEqual(exit!.at);
  expect(told[0]!.at).toBeGreaterThanOrEqual(killed);
});

test("a line may be as old as three of the engine's slow answers, an awaited one counted by its wait so far", async () => {
  const asked: PromiseWithResolvers<unknown>[] = [];
  const ping = (): Promise<unknown> => {
    const answer = Promise.withResolvers();
    asked.push(answer);
    return answer.promise;
  };
  const failures: unknown[] = [];
  using lag = watchLag({ ping } as unknown as Engine, (error) => failures.push(error));
  const from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 30));
  const least = 3 * (performance.now() - from);
  expect(lag.now()).toBeGreaterThanOrEqual(least);
  asked[0]!.resolve("OK");
  await eventually(() => asked.length === 2);
  expect(lag.now()).toBeGreaterThanOrEqual(3 * 29);
  asked[1]!.reject(new Error("gone"));
  await eventually(() => failures.length === 1);
});
