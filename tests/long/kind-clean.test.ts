import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNetem } from "../../harness/clusters/netem.ts";
import { interregnum, start, temporary } from "../e2e/cli.ts";
import { problem, unless } from "../e2e/kind.ts";

/** The cluster that --keep keeps. */
const KEPT = "interregnum";

const output = (program: string, ...args: readonly string[]): string =>
  spawnSync(program, args, { encoding: "utf8" }).stdout;
const docker = (...args: readonly string[]): string => output("docker", ...args);
const nodes = (): readonly string[] =>
  docker("ps", "--all", "--filter", `label=io.x-k8s.kind.cluster=${KEPT}`, "--format", "{{.Names}}")
    .split("\n")
    .filter(Boolean);
const kubectl = (...args: readonly string[]): string =>
  docker("exec", `${KEPT}-control-plane`, "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", ...args);

/** Frozen processes of the nodes' containers, by this machine's numbers. */
function frozen(): readonly number[] {
  const containers = docker("ps", "--no-trunc", "--quiet", "--filter", `label=io.x-k8s.kind.cluster=${KEPT}`);
  const ids = containers.split("\n").filter(Boolean);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const groups = readFileSync(`/proc/${pid}/cgroup`, "latin1");
        const state = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1];
        return state === "T" && ids.some((id) => groups.includes(id));
      } catch {
        return false; // it ended while we looked
      }
    })
    .map(Number);
}

/** Packet filters and queues in the networks of a node's pods. */
function rulesOn(node: string): readonly string[] {
  const spaces = docker("exec", node, "ip", "netns", "list").split("\n").filter(Boolean);
  return spaces.flatMap((line) => {
    const inside = ["exec", node, "ip", "netns", "exec", line.split(" ")[0]!];
    const queues = docker(...inside, "tc", "qdisc", "show");
    const filters = [docker(...inside, "iptables-save"), docker(...inside, "ip6tables-save")];
    return [...filters, queues].flatMap((text) => text.split("\n")).filter((each) => /interregnum|1e66:/.test(each));
  });
}

/** What a run may leave on the kept cluster. */
function marks() {
  const running = docker("ps", "--filter", `label=io.x-k8s.kind.cluster=${KEPT}`, "--format", "{{.Names}}");
  const up = nodes().filter((node) => running.split("\n").includes(node));
  return {
    frozen: frozen().length,
    rules: up.flatMap(rulesOn).length,
    cordoned: kubectl("get", "nodes", "-o", "jsonpath={.items[?(@.spec.unschedulable==true)].metadata.name}"),
    stopped: nodes().filter((node) => !up.includes(node)),
    namespaces: kubectl("get", "namespaces", "-o", "name").match(/(?<=namespace\/)interregnum-\S+/g) ?? [],
  };
}
const NONE = { frozen: 0, rules: 0, cordoned: "", stopped: [], namespaces: [] };

type Mark = keyof typeof NONE;
/** Scenario, fault, and what is seen of it on the cluster while it holds. */
const kills: readonly (readonly [string, string, Mark])[] = [
  ["pause-leader", "pause", "frozen"],
  ["cut-leader", "packet-drop", "rules"],
  ["lossy-network", "packet-loss", "rules"],
  ...(hasNetem() ? [["slow-network", "packet-delay", "rules"] as const] : []),
  ["node-drain", "drain", "cordoned"],
  ["node-loss", "node-stop", "stopped"],
];

describe.skipIf(problem !== undefined)(`a kind cluster that is kept${unless(problem)}`, () => {
  const made = problem === undefined && nodes().length === 0;
  beforeAll(async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await interregnum(
      "run",
      "calm",
      "--cluster",
      "kind",
      "--keep",
      "--out",
      folder.path,
    );
    expect(code, stdout + stderr).toBeLessThan(3);
  }, 600_000);
  afterAll(() => {
    if (made) spawnSync("kind", ["delete", "cluster", "--name", KEPT]);
  }, 120_000);

  test.each(kills)(
    "after SIGKILL in the middle of %s, clean leaves it as it was",
    { timeout: 600_000 },
    async (scenario, fault, mark) => {
      using folder = temporary();
      const harness = start(["run", scenario, "--cluster", "kind", "--keep", "--seed", "7", "--out", folder.path]);
      await harness.seen(`${fault}: landed`);
      harness.kill("SIGKILL");
      await harness.done;
      const left = marks();
      expect(left[mark]).not.toEqual(NONE[mark]);
      expect(left.namespaces).not.toEqual([]);
      const { stdout, code } = await interregnum("clean");
      expect(code, stdout).toBe(0);
      expect(marks(), stdout).toEqual(NONE);
      const conditions = kubectl("get", "nodes", "--no-headers");
      expect(conditions.match(/ Ready /g), conditions).toHaveLength(nodes().length);
    },
  );

  test.skipIf(hasNetem())("packet-delay is skipped by name where the kernel has no netem", async () => {
    const { code, stderr } = await interregnum("run", "slow-network", "--cluster", "kind", "--keep");
    expect(code).toBe(2);
    expect(stderr).toContain("slow-network asks for netem");
  });
});
