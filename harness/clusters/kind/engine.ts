import { appendFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { parse } from "yaml";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { outputOf, runProgram } from "../../electors/program.ts";
import { programOf } from "../../electors/programs.ts";
import type { Access } from "../apiserver/access.ts";
import { openClient, type ApiClient } from "../apiserver/client.ts";
import type { Guest } from "../context/guest.ts";

export const KIND_MEND = "put kind (https://kind.sigs.k8s.io) on PATH and start Docker, or use --cluster apiserver";

/** A node of a kind cluster: a container of this machine. */
export type KindNode = { readonly name: string; readonly container: string; readonly worker: boolean };

export type KindCluster = AsyncDisposable & {
  readonly name: string;
  readonly client: ApiClient;
  /** By which the API server knows the harness, and the harness it. */
  readonly access: Access;
  readonly nodes: readonly KindNode[];
  /** This machine's own address in the cluster's network, which pods reach. */
  readonly gateway: string;
  /**
   * Loads an image of this machine's engine into the nodes that run pods; one that is there is not loaded again.
   * `everywhere`: also into those that only run pods which tolerate them.
   */
  load(image: string, signal: AbortSignal, everywhere?: boolean): Promise<void>;
  /** Everything that kind knows to collect, into a folder. */
  exportLogs(folder: string): Promise<void>;
  /** Where the cluster is somebody else's. */
  readonly guest?: Guest;
};

export type KindOptions = {
  readonly name: string;
  /** kind's default when absent. */
  readonly image?: string;
  /** kind-config.yaml. */
  readonly config: string;
  /** Reused if it is there, and not removed. */
  readonly keep: boolean;
  /** Names of clusters that `clean` removes when the harness was killed. */
  readonly ledger: string;
  /** Where kubeconfigs go: the user's own is not touched. */
  readonly kubeconfig: string;
  readonly say: (text: string) => void;
};

/** Removing nodes is granted this, in ms. */
const REMOVED_WITHIN = 120_000;

/** Makes a cluster, or takes the one that was kept under the name. HarnessError where kind or Docker cannot. */
export async function openKindCluster(options: KindOptions, signal: AbortSignal): Promise<KindCluster> {
  const { name, keep, say } = options;
  if ((await programOf("kind", ".")) === undefined)
    throw new HarnessError("the cluster kind needs the program kind, and this machine has none on PATH", {
      mend: KIND_MEND,
    });
  const there = (await clustersHere(signal)).includes(name);
  await using made = new AsyncDisposableStack();
  if (there) say(`kind: using the cluster ${name}`);
  else {
    if (!keep) {
      appendFileSync(options.ledger, `${name}\n`);
      made.defer(() => removeKindCluster(name, options.kubeconfig));
    }
    await create(options, signal);
  }
  const text = await outputOf(["kind", "get", "kubeconfig", "--name", name], signal);
  const { url, ...access } = readKubeconfig(text);
  const client = made.use(openClient(url, access));
  const nodes = await nodesOf(name, signal);
  const gateway = await gatewayOf(nodes[0]!.name, signal);
  const loaded = new Map<string, Promise<void>>();
  const workers = nodes.filter(({ worker }) => worker).map((node) => node.name);
  const owned = made.move();
  return {
    name,
    client,
    access,
    nodes,
    gateway,
    load(image, cut, everywhere = false) {
      const into = everywhere ? nodes.map((node) => node.name) : workers;
      const key = `${image} ${into.length}`;
      let loading = loaded.get(key);
      if (loading === undefined) {
        say(`kind: loading ${image}`);
        loaded.set(key, (loading = loadInto(name, into, image, cut)));
        loading.catch(() => loaded.delete(key));
      }
      return loading;
    },
    async exportLogs(folder) {
      await outputOf(["kind", "export", "logs", folder, "--name", name], AbortSignal.timeout(REMOVED_WITHIN));
    },
    async [Symbol.asyncDispose]() {
      if (!keep) say(`kind: removing the cluster ${name}`);
      await owned.disposeAsync();
    },
  };
}

async function loadInto(name: string, nodes: readonly string[], image: string, signal: AbortSignal): Promise<void> {
  await outputOf(["kind", "load", "docker-image", image, "--name", name, "--nodes", nodes.join(",")], signal);
}

async function create({ name, image, config, kubeconfig, say }: KindOptions, signal: AbortSignal): Promise<void> {
  say(`kind: making the cluster ${name}`);
  const argv = [
    "kind",
    "create",
    "cluster",
    "--name",
    name,
    "--config",
    config,
    "--kubeconfig",
    kubeconfig,
    "--wait",
    "120s",
  ];
  const heard = (text: string): void => {
    for (const [, done] of text.matchAll(/✓ (.*?)(?: [^\w\s.()/:-]+)*\s*\n/gu)) say(`kind: ${done}`);
  };
  const { code, stderr } = await runProgram([...argv, ...(image === undefined ? [] : ["--image", image])], signal, {
    heard,
  });
  if (code === 0) return;
  throw new HarnessError(
    `kind could not make the cluster ${name}:\n  ${stderr.trim().split("\n").slice(-12).join("\n  ")}`,
    {
      mend: "see what it says; --node-image names another image of a node",
    },
  );
}

/** Removes a cluster and its containers; nothing happens when there is none. */
export async function removeKindCluster(name: string, kubeconfig: string): Promise<void> {
  await outputOf(
    ["kind", "delete", "cluster", "--name", name, "--kubeconfig", kubeconfig],
    AbortSignal.timeout(REMOVED_WITHIN),
  );
}

type Kubeconfig = {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
};

function readKubeconfig(text: string) {
  const { clusters, users } = parse(text) as Kubeconfig;
  const decoded = (value: string | undefined): string => Buffer.from(value ?? "", "base64").toString("utf8");
  const { cluster } = clusters[0]!;
  const { user } = users[0]!;
  return {
    url: cluster["server"]!,
    ca: decoded(cluster["certificate-authority-data"]),
    cert: decoded(user["client-certificate-data"]),
    key: decoded(user["client-key-data"]),
  };
}

export async function nodesOf(name: string, signal: AbortSignal): Promise<readonly KindNode[]> {
  const format = '{{.Names}}\t{{.ID}}\t{{.Label "io.x-k8s.kind.role"}}';
  const argv = ["docker", "ps", "--no-trunc", "--filter", `label=io.x-k8s.kind.cluster=${name}`, "--format", format];
  const rows = (await outputOf(argv, signal))
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"));
  if (rows.length === 0)
    throw new HarnessError(`no node of the kind cluster ${name} runs`, { mend: `kind delete cluster --name ${name}` });
  const alone = rows.length === 1;
  return rows.map(([node, container, role]) => ({
    name: node!,
    container: container!,
    worker: alone || role === "worker",
  }));
}

/** HarnessError where it is no address of this machine: an engine in a virtual machine, or on another one. */
export async function gatewayOf(node: string, signal: AbortSignal): Promise<string> {
  const text = await outputOf(["docker", "inspect", "--format", "{{json .NetworkSettings.Networks}}", node], signal);
  const networks = Object.values(JSON.parse(text) as Record<string, { readonly Gateway?: string }>);
  const gateway = networks.map((network) => network.Gateway).find(Boolean);
  const ours = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  if (gateway !== undefined && ours.some(({ address }) => address === gateway)) return gateway;
  throw new HarnessError(
    `pods cannot reach this machine: ${gateway ?? "no address"} of the nodes' network is none of its own`,
    {
      mend: "run it on the machine that runs the Docker engine, without a virtual machine between",
    },
  );
}

/** A client of a cluster that is there; undefined when it is not. */
export async function clientOf(name: string, signal: AbortSignal): Promise<ApiClient | undefined> {
  if (!(await clustersHere(signal)).includes(name)) return undefined;
  const { url, ...access } = readKubeconfig(await outputOf(["kind", "get", "kubeconfig", "--name", name], signal));
  return openClient(url, access);
}

const clustersHere = async (signal: AbortSignal): Promise<readonly string[]> =>
  (await outputOf(["kind", "get", "clusters"], signal)).split("\n");

/** What is wrong with this machine for kind; undefined when nothing is. */
export async function kindProblem(signal: AbortSignal): Promise<string | undefined> {
  for (const name of ["docker", "kind"]) if ((await programOf(name, ".")) === undefined) return `no ${name} on PATH`;
  try {
    await outputOf(["docker", "version", "--format", "{{.Server.Version}}"], signal);
    return undefined;
  } catch (error) {
    return `no Docker engine answers: ${messageOf(error)}`;
  }
}
