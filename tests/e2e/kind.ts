import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kindProblem } from "../../harness/clusters/kind/engine.ts";
import type { MatrixDocument } from "../../harness/report/matrix.ts";
import { interregnum, type Outcome } from "./cli.ts";

/** Why this machine has no kind; undefined when it has. */
export const problem = await kindProblem(AbortSignal.timeout(10_000));
/** What the title of tests says that are left out. */
export const unless = (why: string | undefined): string => (why === undefined ? "" : ` (skipped: ${why})`);
export const go = spawnSync("go", ["version"]).status === 0;

const docker = (...args: readonly string[]): readonly string[] =>
  spawnSync("docker", args, { encoding: "utf8" }).stdout.split("\n").filter(Boolean);

/** An image of a node that need not be pulled, where there is one; else kind's own. */
process.env["KIND_NODE_IMAGE"] ??=
  problem === undefined ? (docker("images", "--format", "{{.Repository}}:{{.Tag}}", "kindest/node")[0] ?? "") : "";

/** Clusters that a command made for itself; one that --keep keeps has no number. */
const clusters = (): ReadonlySet<string> => {
  const format = '{{.Label "io.x-k8s.kind.cluster"}}';
  const names = docker("ps", "--all", "--filter", "label=io.x-k8s.kind.cluster", "--format", format);
  return new Set(names.filter((name) => name.startsWith("interregnum-")));
};

const before = problem === undefined ? clusters() : new Set<string>();
/** Those of them that were made since this file was read. */
export const ours = (): readonly string[] => [...clusters()].filter((name) => !before.has(name));

/** Runs all these electors under all these scenarios on one cluster, and reads what came of it. */
export async function compareOn(
  folder: string,
  electors: readonly string[],
  scenarios: string,
  ...more: readonly string[]
): Promise<Outcome & { readonly matrix: MatrixDocument }> {
  const on = ["--cluster", "kind", "--seed", "7", "--out", folder, "--scenarios", scenarios];
  const outcome = await interregnum("compare", ...electors, ...on, ...more);
  return { ...outcome, matrix: JSON.parse(readFileSync(join(folder, "matrix.json"), "utf8")) as MatrixDocument };
}

/** `<elector> <scenario> <verdict>` of each cell. */
export const verdictsOf = ({ cells }: MatrixDocument): readonly string[] =>
  cells.map(({ elector, scenario, verdict }) => `${elector} ${scenario} ${verdict}`);
