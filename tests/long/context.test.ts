import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { openClient } from "../../harness/clusters/apiserver/client.ts";
import { openAccount } from "../../harness/clusters/apiserver/account.ts";
import { findContext } from "../../harness/clusters/context/kubeconfig.ts";
import { findElector } from "../../harness/electors/catalogue.ts";
import { imageOf } from "../../harness/electors/images.ts";
import type { MatrixDocument } from "../../harness/report/matrix.ts";
import { interregnum, runDocument, start, temporary } from "../e2e/cli.ts";
import { problem, unless } from "../e2e/kind.ts";

// A cluster that the harness did not make, with a user that may do anything and one that may do little.

const CLUSTER = `context-test-${process.pid}`;
const CONTROL = `${CLUSTER}-control-plane`;
const WORKERS = [`${CLUSTER}-worker`, `${CLUSTER}-worker2`]; // two, so that one can be drained
const ADMIN = `kind-${CLUSTER}`;
const LITTLE = "little";
const signal = new AbortController().signal;
const home = temporary();
const kubeconfig = join(home.path, "kubeconfig");

function run(command: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", ...(input && { input }) });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
}
const kubectl = (...args: readonly string[]): string =>
  run("docker", ["exec", CONTROL, "kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", ...args]);

/** What comes and goes by itself. */
const RESTLESS = /^(?:events|leases|endpointslices|componentstatuses)\b/;

/** All that the cluster holds but for that, which nodes take no pods, and the images on them. */
function everything(): readonly string[] {
  const kinds = kubectl("api-resources", "--verbs=list", "-o", "name").trim().split("\n");
  const listed = kinds.filter((kind) => !RESTLESS.test(kind)).join(",");
  const columns = "K:.kind,S:.metadata.namespace,N:.metadata.name,U:.spec.unschedulable";
  const objects = kubectl("get", listed, "-A", "--no-headers", "-o", `custom-columns=${columns}`);
  const images = [CONTROL, ...WORKERS].map((node) =>
    run("docker", ["exec", node, "ctr", "-n", "k8s.io", "images", "ls", "-q"]),
  );
  const lines = [...objects.split("\n"), ...images.flatMap((text) => text.split("\n"))];
  return lines
    .map((line) => line.replaceAll(/\s+/g, " ").trim())
    .filter(Boolean)
    .toSorted();
}

/** Namespaces end in their own time. */
async function settledEverything(): Promise<readonly string[]> {
  for (let tries = 0; tries < 60 && kubectl("get", "namespaces").includes("Terminating"); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 1000));
  return everything();
}

/** A second context, for a ServiceAccount that may do what an elector may. */
async function addLittleUser(): Promise<void> {
  const admin = (await findContext(ADMIN, { KUBECONFIG: kubeconfig }))!;
  await using client = openClient(admin.url, admin.access);
  const token = await openAccount(client, "default", ["Lease"]);
  const user = { name: LITTLE, user: { token } };
  const context = { name: LITTLE, context: { cluster: ADMIN, user: LITTLE } };
  const file = join(home.path, "little");
  writeFileSync(file, stringify({ apiVersion: "v1", kind: "Config", users: [user], contexts: [context] }));
  process.env["KUBECONFIG"] = `${kubeconfig}:${file}`;
}

/** The image of the relay: Debian with the Node that runs this. */
const RELAY_IMAGE = `interregnum/node:${process.version.slice(1)}-${process.arch}`;
const far = (context: string, folder: string) => [
  "--cluster",
  context,
  "--relay-image",
  RELAY_IMAGE,
  "--seed",
  "7",
  "--out",
  folder,
];
const near = (folder: string) => ["--cluster", ADMIN, "--touch-nodes", "--seed", "7", "--out", folder];

describe.skipIf(problem !== undefined)(`a cluster of the user's own${unless(problem)}`, () => {
  let before: readonly string[] = [];
  let image = "";

  beforeAll(async () => {
    const nodes = {
      kind: "Cluster",
      apiVersion: "kind.x-k8s.io/v1alpha4",
      nodes: [{ role: "control-plane" }, { role: "worker" }, { role: "worker" }],
    };
    const config = join(home.path, "kind.yaml");
    writeFileSync(config, stringify(nodes));
    const node =
      process.env["KIND_NODE_IMAGE"] ||
      run("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}", "kindest/node"]).split("\n")[0];
    const create = [
      "create",
      "cluster",
      "--name",
      CLUSTER,
      "--config",
      config,
      "--kubeconfig",
      kubeconfig,
      "--wait",
      "180s",
    ];
    run("kind", [...create, ...(node ? ["--image", node] : [])]);
    process.env["KUBECONFIG"] = kubeconfig;
    await addLittleUser();
    ({ name: image } = await imageOf(await findElector("reference"), signal));
    run("kind", ["load", "docker-image", RELAY_IMAGE, "--name", CLUSTER]);
  }, 900_000);
  afterAll(() => {
    spawnSync("kind", ["delete", "cluster", "--name", CLUSTER, "--kubeconfig", kubeconfig]);
    home[Symbol.dispose]();
  }, 120_000);

  test("a context that is not there is bad input that names those that are", async () => {
    const { code, stderr } = await interregnum("run", "calm", "--cluster", "nowhere");
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(`your contexts are ${ADMIN}, ${LITTLE}`);
  });

  test(
    "with its nodes at hand, and lent: the image comes and goes, and so does all else",
    { timeout: 900_000 },
    async () => {
      before = await settledEverything();
      using folder = temporary();
      const { code, stdout, stderr } = await interregnum("run", "rolling-update", ...near(folder.path));
      expect(code, stdout + stderr).toBe(0);
      expect(stderr).toMatch(new RegExp(`loading ${image} into (?:${WORKERS.join("|")}), `));
      expect(await settledEverything()).toEqual(before);
    },
  );

  test("after SIGKILL in a drain, clean undoes it", { timeout: 900_000 }, async () => {
    using folder = temporary();
    before = await settledEverything();
    const harness = start(["run", "node-drain", ...near(folder.path)]);
    await harness.seen("drain: landed");
    expect(kubectl("get", "nodes")).toContain("SchedulingDisabled");
    harness.kill("SIGKILL");
    await harness.done;
    expect(await settledEverything()).not.toEqual(before);
    const { stdout, stderr } = await interregnum("clean");
    expect(stdout, stderr).toMatch(/removed the namespace interregnum-\S+ of kind-.*, removed the cordon/);
    expect(await settledEverything()).toEqual(before);
  });

  test("through relays: the reference passes, and a mutant is convicted", { timeout: 900_000 }, async () => {
    run("kind", ["load", "docker-image", image, "--name", CLUSTER]); // as its user would
    before = await settledEverything();
    using folder = temporary();
    const scenarios = ["--scenarios", "rolling-update,kill-leader,partition-leader,node-drain"];
    const compared = await interregnum(
      "compare",
      "reference",
      "reference+no-deadline",
      ...scenarios,
      ...far(ADMIN, folder.path),
    );
    const matrix = JSON.parse(readFileSync(join(folder.path, "matrix.json"), "utf8")) as MatrixDocument;
    const cells = matrix.cells
      .map(({ elector, scenario, verdict }) => `${elector} ${scenario} ${verdict ?? "skipped"}`)
      .toSorted();
    expect(cells, compared.stdout + compared.stderr).toEqual([
      "reference kill-leader pass",
      "reference node-drain skipped",
      "reference partition-leader pass",
      "reference rolling-update pass",
      "reference+no-deadline kill-leader pass",
      "reference+no-deadline node-drain skipped",
      "reference+no-deadline partition-leader fail",
      "reference+no-deadline rolling-update pass",
    ]);
    expect(await settledEverything()).toEqual(before);
  });

  test("after SIGKILL while a leader is frozen, clean removes its namespace", { timeout: 600_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "pause-leader", ...far(ADMIN, folder.path)]);
    await harness.seen("pause: landed");
    harness.kill("SIGKILL");
    await harness.done;
    const { stdout, stderr } = await interregnum("clean");
    expect(stdout, stderr).toMatch(/removed the namespace interregnum-\S+ of kind-/);
    expect(await settledEverything()).toEqual(before);
  });

  test(
    "who may not is told what is missing, and the role that he is told is enough",
    { timeout: 900_000 },
    async () => {
      using folder = temporary();
      const refused = await interregnum("run", "calm", ...far(LITTLE, folder.path));
      expect(refused.code, refused.stderr).toBe(4);
      expect(refused.stderr).toContain("the context little (system:serviceaccount:default:elector) lacks permissions:");
      expect(refused.stderr).toMatch(/^ {2}namespaces: get, create, delete$/m);
      expect(refused.stderr).toMatch(/^ {2}deployments\.apps: get, list, watch, create, patch, delete$/m);
      expect(await settledEverything()).toEqual(before); // nothing was made
      const role = refused.stderr.slice(refused.stderr.indexOf("apiVersion: rbac"));
      run(
        "docker",
        ["exec", "-i", CONTROL, "kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", "apply", "-f", "-"],
        role,
      );
      const { code, stdout, stderr } = await interregnum("run", "calm", ...far(LITTLE, folder.path));
      expect(code, stdout + stderr).toBe(0);
      expect(runDocument(folder.path).cluster).toBe(LITTLE);
    },
  );
});
