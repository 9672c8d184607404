import { existsSync, readdirSync, readFileSync } from "node:fs";
import { get, type RequestOptions } from "node:https";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEmbedded } from "../../../harness/clusters/embedded.ts";
import type { Trial } from "../../../harness/clusters/home.ts";
import { statOf, straysOf } from "../../../harness/clusters/proc.ts";
import type { Capability, Strategy } from "../../../harness/core/cluster.ts";
import { clientGoProfile, type Elector } from "../../../harness/core/elector.ts";
import type { HistoryEvent, Recorder, ReplicaEvent, ReturnEvent } from "../../../harness/core/events.ts";
import { millis, seconds } from "../../../harness/core/time.ts";
import { realTime } from "../../../harness/clusters/real-time.ts";
import { openLoopClock } from "../../../harness/runner/loop-clock.ts";
import { openWitness } from "../../../harness/clusters/witness.ts";
import { eventually, temporaryFolder } from "./bench.ts";

const timing = { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(1) };
const surge: Strategy = { type: "RollingUpdate", maxSurge: 1, maxUnavailable: 0 };
const signal = new AbortController().signal;

/** Claims at once, disclaims at SIGTERM: no elector, but a process that says what an elector says. */
const CLAIMER = `
  process.on("SIGTERM", () => { console.log('{"leading": false}'); process.exit(0); });
  console.log('{"leading": true, "token": 7}');
  setInterval(() => {}, 1000);
`;

const electorOf = (directory: string, more: Partial<Elector> = {}): Elector => ({
  name: "claimer",
  summary: "",
  directory,
  file: join(directory, "elector.yaml"),
  requires: [],
  command: ["node", "-e", CLAIMER],
  env: { GREETING: "hello" },
  lock: { kind: "Lease", name: "${ELECTION_NAME}" },
  observe: { via: "stdout" },
  timing,
  release: false,
  fencing: false,
  profile: clientGoProfile,
  knownLimits: {},
  tunable: true,
  replicas: 1,
  ...more,
});

async function openBench() {
  const folder = temporaryFolder();
  const clock = openLoopClock();
  const events: HistoryEvent[] = [];
  const recorder: Recorder = { now: clock.now, since: clock.since, record: (event) => void events.push(event) };
  const run = `test-${process.pid}-${Math.floor(clock.now() * 1000)}`;
  const witness = await openWitness();
  const home = await openEmbedded(
    {
      run,
      folder: join(folder.path, "state"),
      memory: join(folder.path, "memory"),
      ledger: join(folder.path, "ledger"),
    },
    signal,
  );
  let trials = 0;
  return {
    folder: folder.path,
    run,
    home,
    events,
    open: (
      elector: Partial<Elector> = {},
      strategy = surge,
      replicas = 1,
      successor?: Partial<Elector>,
      needs: readonly Capability[] = [],
    ): Promise<Trial> =>
      home.openTrial(
        {
          needs: new Set(needs),
          elector: electorOf(folder.path, elector),
          ...(successor && { successor: electorOf(folder.path, successor) }),
          timing,
          replicas,
          strategy,
          election: "demo",
          namespace: `trial-${(trials += 1)}`,
          recorder,
          time: realTime(),
          seed: 1,
          logs: join(folder.path, "logs"),
          witness,
        },
        signal,
      ),
    phases: (): readonly string[] =>
      events
        .filter((event): event is ReplicaEvent => event.type === "replica")
        .map((event) => `${event.phase} ${event.incarnation}`),
    claims: () => events.filter((event) => event.type === "claim"),
    async [Symbol.asyncDispose]() {
      await home[Symbol.asyncDispose]();
      await witness[Symbol.asyncDispose]();
      clock[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

const statusOf = (options: RequestOptions): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const request = get({ ...options, path: "/version" }, (response) => resolve(response.resume().statusCode));
    request.on("error", reject);
  });

test("a replica runs in an environment of its own, says that it leads, and is the leader", async () => {
  await using bench = await openBench();
  const show = `console.log(Object.entries(process.env).map((e) => e.join("=")).join("\\n"));`;
  const trial = await bench.open({ command: ["node", "-e", show + CLAIMER] });
  await eventually(() => bench.claims().length === 1);
  const [replica] = trial.cluster.replicas();
  expect(trial.cluster.leader()).toEqual(replica);
  expect(bench.claims()[0]).toMatchObject({ replica: replica!.replica, incarnation: 1, token: 7, source: "stdout" });
  const variables = Object.fromEntries(
    trial
      .logTail(replica!.replica)
      .split("\n")
      .map((line) => line.split(/=(.*)/s)),
  );
  expect(variables).toMatchObject({
    POD_NAME: replica!.replica,
    HOSTNAME: replica!.replica,
    POD_NAMESPACE: "trial-1",
    ELECTION_NAME: "demo",
    LEASE_DURATION_MS: "4000",
    INTERREGNUM_RUN: bench.run,
    GREETING: "hello",
  });
  expect(variables["POD_IP"]).toMatch(/^127\./);
  expect(readFileSync(variables["KUBECONFIG"]!, "utf8")).toContain("https://127.0.0.1:");
  const account = variables["SERVICE_ACCOUNT_DIR"]!;
  const [token, namespace, ca] = ["token", "namespace", "ca.crt"].map((name) =>
    readFileSync(join(account, name), "utf8"),
  );
  expect([token, namespace]).toEqual(["interregnum", "trial-1"]);
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = variables;
  expect(await statusOf({ host, port, ca, headers: { authorization: `Bearer ${token}` } })).toBe(200);
  expect(bench.phases()).toEqual(["started 1", "ready 1"]);
  await trial.close();
  expect(existsSync(account)).toBe(false);
});

test("the API answers through the replica's gate, and an act of the election is recorded at its commit", async () => {
  await using bench = await openBench();
  const trial = await bench.open();
  const [replica] = trial.cluster.replicas();
  expect(await trial.cluster.ask(replica!, seconds(5), signal)).toEqual({ status: 404 });
  const dark = trial.cluster.disturb(replica!, { kind: "blackhole" }, "f1");
  expect((await trial.cluster.ask(replica!, millis(50), signal)).error).toMatch(/no answer/);
  dark.lift();
  expect(await trial.cluster.ask(replica!, seconds(5), signal)).toEqual({ status: 404 });
  expect(bench.events.some((event) => event.type === "record")).toBe(false);
});

test("what a replica writes to the election object is in the history with the version of its commit", async () => {
  await using bench = await openBench();
  const write = `
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: process.env.ELECTION_NAME },
      spec: { holderIdentity: process.env.POD_NAME, leaseDurationSeconds: 4, leaseTransitions: 0 } };
    const url = process.env.KUBE_API + "/apis/coordination.k8s.io/v1/namespaces/" + process.env.POD_NAMESPACE + "/leases";
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(lease) });
    setInterval(() => {}, 1000);
  `;
  const trial = await bench.open({ command: ["node", "-e", write], observe: { via: "record" } });
  await eventually(() => bench.events.some((event) => event.type === "ok"));
  const [replica] = trial.cluster.replicas();
  const records = bench.events.filter((event) => event.type === "record");
  expect(records).toHaveLength(1);
  expect(records[0]!.record).toMatchObject({ holder: replica!.replica, durationSeconds: 4 });
  const [ok] = bench.events.filter((event): event is ReturnEvent => event.type === "ok");
  expect(records[0]!.version).toBe(ok!.version);
  expect(records[0]!.at).toBeGreaterThanOrEqual(ok!.committed!.since);
  expect(records[0]!.at).toBeLessThanOrEqual(ok!.committed!.at);
  expect(trial.cluster.leader()).toEqual(replica);
});

test("a rolling update with surge has both at work, and ends when the new one is ready", async () => {
  await using bench = await openBench();
  const trial = await bench.open();
  const [old] = trial.cluster.replicas();
  const outcome = await trial.cluster.rollout(seconds(50), signal);
  expect(outcome).toMatchObject({ complete: true, from: old!.revision });
  await eventually(() => bench.phases().includes("exited 1"));
  const lives = bench.events.filter((event) => event.type === "replica" && event.phase !== "ready");
  expect(lives.map((event) => (event.type === "replica" ? event.phase : ""))).toEqual([
    "started",
    "started",
    "terminating",
    "exited",
  ]);
  expect(bench.events.filter((event) => event.type === "rollout").map(({ phase, to }) => [phase, to])).toEqual([
    ["start", outcome.to],
    ["complete", outcome.to],
  ]);
  await eventually(() => trial.cluster.replicas().length === 1);
  expect(trial.cluster.replicas()[0]!.revision).toBe(outcome.to);
});

test("a replica that is asked whether it is ready runs when it says so", async () => {
  await using bench = await openBench();
  const serve = `require("node:http").createServer((request, response) => {
    response.statusCode = request.url === "/readyz" ? 200 : 500;
    response.end();
  }).listen(8081, process.env.POD_IP);`;
  const trial = await bench.open({ command: ["node", "-e", CLAIMER + serve], ready: { port: 8081, path: "/readyz" } });
  const phase = (of: Trial) => of.cluster.replicas()[0]?.phase;
  await eventually(() => phase(trial) === "running");
  const silent = await bench.open({ ready: { port: 8081, path: "/readyz" } });
  await eventually(() => bench.claims().length === 2);
  expect(phase(silent)).toBe("starting");
});

test("a migration rolls to the successor's command; without a successor there is none", async () => {
  await using bench = await openBench();
  const alone = await bench.open();
  expect(alone.cluster.migrate).toBeUndefined();
  await alone.close();
  const trial = await bench.open({}, surge, 1, { command: ["node", "-e", `console.log("new");${CLAIMER}`] });
  const [old] = trial.cluster.replicas();
  expect(await trial.cluster.migrate!(seconds(50), signal)).toMatchObject({ complete: true, from: old!.revision });
  await eventually(() => trial.cluster.replicas().length === 1);
  const [next] = trial.cluster.replicas();
  await eventually(() => trial.logTail(next!.replica).includes("new"));
  expect(next!.revision).not.toBe(old!.revision);
});

test("a DaemonSet has a pod on each of the trial's nodes, is rolled one by one, and not scaled", async () => {
  await using bench = await openBench();
  const trial = await bench.open({ workload: "DaemonSet", replicas: 3 }, surge, 3);
  const old = trial.cluster.replicas();
  expect(new Set(old.map(({ replica }) => replica)).size).toBe(3);
  const beside = await bench.open({ workload: "DaemonSet", replicas: 3 }, surge, 3);
  expect([trial.cluster.replicas().length, beside.cluster.replicas().length]).toEqual([3, 3]);
  const { complete, from, to } = await trial.cluster.rollout(seconds(50), signal);
  expect([complete, old.every(({ revision }) => revision === from)]).toEqual([true, true]);
  expect(trial.cluster.replicas().map(({ revision }) => revision)).toEqual([to, to, to]);
  expect(() => trial.cluster.scale!(5)).toThrow(/not scaled/);
});

test("with Recreate the old process has exited before the new one starts", async () => {
  await using bench = await openBench();
  const trial = await bench.open({}, { type: "Recreate" });
  expect((await trial.cluster.rollout(seconds(50), signal)).complete).toBe(true);
  const phases = bench.phases().map((entry) => entry.split(" ")[0]);
  expect(phases).toEqual(["started", "ready", "terminating", "exited", "started", "ready"]);
});

test("a rollout to what cannot start is stuck, and says why", async () => {
  await using bench = await openBench();
  const once = `const fs = require("node:fs"); fs.existsSync("once") ? process.exit(7) : fs.writeFileSync("once", "");`;
  const readiness = await bench.open({ command: ["node", "-e", once + CLAIMER] }, { type: "Recreate" });
  await eventually(() => bench.claims().length === 1);
  const outcome = await readiness.cluster.rollout(millis(300), signal);
  // A pod without a probe is ready as soon as its process runs: the crash shows in its restarts.
  await eventually(() => bench.events.some((event) => event.type === "replica" && event.code === 7));
  expect(outcome.to).not.toBe(outcome.from);
});

test("pause freezes, kill replaces, evict lets the replica say goodbye", async () => {
  await using bench = await openBench();
  const { cluster } = await bench.open({}, surge, 2);
  await eventually(() => bench.claims().length === 2);
  const [first, second] = cluster.replicas();
  await cluster.pause(first!, signal);
  expect(cluster.paused!(first!)).toBe(true);
  expect(cluster.paused!(second!)).toBe(false);
  await cluster.kill(first!, signal);
  expect(cluster.replicas().some((replica) => replica.replica === first!.replica)).toBe(false);
  await cluster.evict(second!, signal);
  const ended = bench.events.filter((event) => event.type === "replica" && event.phase === "exited");
  expect(ended).toMatchObject([
    { replica: first!.replica, signal: "SIGKILL" },
    { replica: second!.replica, code: 0 },
  ]);
  expect(bench.events.filter((event) => event.type === "disclaim")).toMatchObject([{ replica: second!.replica }]);
  await eventually(() => cluster.replicas().length === 2);
  await expect(cluster.pause(first!, signal)).rejects.toThrow(/is gone/);
  expect(() => cluster.disturb(first!, { kind: "refuse" }, "f1")).toThrow(/is gone/);
});

test("a restart keeps the pod and its name; scaling adds and takes replicas, and says how many there were", async () => {
  await using bench = await openBench();
  const { cluster } = await bench.open();
  await eventually(() => bench.claims().length === 1);
  const [first] = cluster.replicas();
  const anew = await cluster.restart!(first!, signal);
  expect(anew).toMatchObject({ replica: first!.replica, incarnation: 2 });
  await eventually(() => bench.claims().length === 2);
  expect(bench.phases().filter((phase) => !phase.startsWith("ready"))).toEqual(["started 1", "exited 1", "started 2"]);
  await expect(cluster.restart!(first!, signal)).rejects.toThrow(/is gone/);
  expect(cluster.scale!(3)).toBe(1);
  await eventually(() => cluster.replicas().length === 3);
  expect(cluster.scale!(0)).toBe(3);
  await eventually(() => cluster.replicas().length === 0);
});

test("the harness's own hand on the record is told with its fault, and its watch shows what a replica's gate lets pass", async () => {
  await using bench = await openBench();
  const { cluster } = await bench.open();
  await eventually(() => bench.claims().length === 1);
  const [replica] = cluster.replicas();
  expect(cluster.deleteRecord!("f0")).toBe(false);
  expect(() => cluster.editRecord!({ holder: "x" }, "f0")).toThrow("no election record");
  expect(await cluster.watchLock!(replica!, millis(100), signal)).toEqual({ events: 0, cut: false });
  const stopped = await cluster.stopApi!();
  expect((await cluster.ask(replica!, millis(2000), signal)).status).toBeUndefined();
  await stopped.start(signal);
  expect((await cluster.ask(replica!, millis(2000), signal)).status).toBe(404);
});

test("two trials drain nodes of their own: the pods of one come up elsewhere, and nobody else is moved", async () => {
  await using bench = await openBench();
  const [mine, other] = await Promise.all(
    [1, 2].map(() => bench.open({ command: ["node", "-e", CLAIMER] }, surge, 3, undefined, ["nodes"])),
  );
  const nodesOf = (trial: Trial | undefined) => trial!.cluster.replicas().map(({ node }) => node);
  expect(mine!.cluster.capabilities).toContain("nodes");
  expect(new Set([...nodesOf(mine), ...nodesOf(other)]).size).toBe(6);
  const before = nodesOf(other);
  const [first] = mine!.cluster.replicas();
  const uncordon = await mine!.cluster.drain!(first!.node!, signal);
  await eventually(() => mine!.cluster.replicas().length === 3);
  expect(nodesOf(mine)).not.toContain(first!.node);
  expect(mine!.cluster.replicas().map(({ replica }) => replica)).not.toContain(first!.replica);
  expect(nodesOf(other)).toEqual(before);
  await uncordon(signal);
  await mine!.cluster.kill(mine!.cluster.replicas()[0]!, signal);
  await eventually(() => nodesOf(mine).includes(first!.node));
});

test("a command that is not there is the trial's failure, in words", async () => {
  await using bench = await openBench();
  const trial = await bench.open({ command: ["./no-such-elector"] });
  expect(trial.failure()).toMatch(/cannot be started: there is no program .*no-such-elector/);
  expect((await trial.cluster.rollout(seconds(50), signal)).complete).toBe(false);
});

test("an unknown variable in the command is the trial's failure too", async () => {
  await using bench = await openBench();
  const trial = await bench.open({ command: ["node", "-e", "1", "${POD_NMAE}"] });
  expect(trial.failure()).toMatch(/POD_NMAE/);
});

test("an elector without a command, an image too, is refused before anything starts", async () => {
  await using bench = await openBench();
  await expect(bench.open({ command: undefined, image: "demo:1" } as never)).rejects.toMatchObject({
    name: "InputError",
  });
});

test("closing leaves no process, no kubeconfig and no object behind, whatever the replicas are doing", async () => {
  await using bench = await openBench();
  const before = straysOf(bench.run); // the spawner, which stays as long as the home
  const stubborn = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log('{"leading": true}');`;
  const trial = await bench.open({ command: ["node", "-e", stubborn] }, surge, 2);
  await eventually(() => bench.claims().length === 2);
  await trial.cluster.pause(trial.cluster.replicas()[0]!, signal);
  await trial.close();
  expect(trial.cluster.replicas()).toEqual([]);
  expect(straysOf(bench.run).filter((pid) => statOf(pid)?.state !== "Z")).toEqual(before);
  const state = join(bench.folder, "state");
  expect(readdirSync(state)).toEqual(["spawner"]);
  const again = await bench.open();
  expect(again.failure()).toBeUndefined();
  await bench.home[Symbol.asyncDispose]();
  expect(straysOf(bench.run).filter((pid) => statOf(pid)?.state !== "Z")).toEqual([]);
  expect(readdirSync(state)).toEqual([]);
});

test("LeaderElection Events of both APIs, and the calls that are an elector's work, are in the history", async () => {
  await using bench = await openBench();
  const writer = `
    const { KUBE_API: api, POD_NAMESPACE: namespace, POD_NAME: id } = process.env;
    const post = (group, body) => fetch(api + group + "/namespaces/" + namespace + "/events", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
    const metadata = (name) => ({ name, namespace });
    const about = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", name: "demo", namespace };
    const said = { reason: "LeaderElection", type: "Normal" };
    const core = { ...said, metadata: metadata("one"), message: id + " became leader", involvedObject: about, count: 1 };
    const newer = {
      ...said, metadata: metadata("two"), note: id + " stopped leading", regarding: about, action: "Election",
      eventTime: new Date().toISOString().replace("Z", "000Z"), reportingController: "x", reportingInstance: "y",
    };
    const answers = [await post("/api/v1", core), await post("/apis/events.k8s.io/v1", newer)];
    for (const answer of answers) console.log(answer.status, await answer.text());
    setInterval(() => {}, 1000);
  `;
  const trial = await bench.open({
    command: ["node", "--input-type=module", "-e", writer],
    work: { acts: ["create events"] },
  });
  const notices = () => bench.events.filter((event) => event.type === "notice");
  const acts = () => bench.events.filter((event) => event.type === "act");
  await eventually(() => acts().length === 2);
  const { replica: identity } = trial.cluster.replicas()[0]!;
  expect(notices()).toMatchObject([
    { identity, says: "leads", api: "v1" },
    { identity, says: "stopped", api: "events.k8s.io/v1" },
  ]);
  expect(acts()).toMatchObject([
    { replica: identity, accepted: true, what: expect.stringMatching(/^create events/) },
    { replica: identity },
  ]);
});

test("a run whose spawner was killed ends its replicas, and its trial is the harness's failure", async () => {
  await using bench = await openBench();
  const trial = await bench.open();
  await eventually(() => bench.claims().length === 1);
  process.kill(Number(readFileSync(join(bench.folder, "ledger"), "utf8").split(" ")[0]), "SIGKILL");
  await eventually(() => bench.phases().includes("exited 1"));
  await eventually(() => trial.failure() !== undefined);
  await expect(trial.close()).rejects.toMatchObject({ name: "HarnessError", mend: expect.stringContaining("--jobs") });
  expect(straysOf(bench.run).filter((pid) => statOf(pid)?.state !== "Z")).toEqual([]);
});
