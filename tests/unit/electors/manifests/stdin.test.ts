import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { deployment } from "./given.ts";

const cli = join(import.meta.dirname, "..", "..", "..", "..", "harness", "cli.ts");
const folder = mkdtempSync(join(tmpdir(), "interregnum-stdin-"));
const file = join(folder, "elector.yaml");
const other = join(folder, "other.yaml");
writeFileSync(file, 'name: x\nmanifests: "-"\n');
writeFileSync(other, 'name: y\nmanifests: "-"\n');
afterAll(() => rmSync(folder, { recursive: true }));

/** Nothing of it runs: whatever is piped, embedded runs no manifests. */
function given(
  input: string,
  ...electors: readonly string[]
): { readonly status: number | null; readonly stderr: string } {
  const argv = electors.length > 1 ? ["compare", ...electors] : ["run", "calm", "--elector", file];
  return spawnSync(process.execPath, [cli, ...argv], { input, encoding: "utf8" });
}

test.each<[string, string, RegExp]>([
  ["empty", "\n", /elector\.yaml:2, manifests: .*standard input, and it is empty\n {2}mend: .*helm template/],
  ["no YAML", `${deployment("a")}b: [\n`, /error: standard input:16: malformed YAML/],
  [
    "no workload",
    "apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n",
    /elector\.yaml:2, manifests: the manifests hold no Deployment/,
  ],
  [
    "right",
    deployment("a"),
    /elector\.yaml:2, manifests: x is run from its own manifests.*\n {2}mend: run it with --cluster kind/,
  ],
])("manifests on standard input: %s", { timeout: 60_000 }, (_what, input, message) => {
  const { status, stderr } = given(input);
  expect(stderr).toMatch(message);
  expect(status).toBe(3);
});

test("are read once for all electors that name them", { timeout: 60_000 }, () => {
  const { status, stderr } = given(deployment("a"), file, other);
  expect(stderr).toMatch(/run it with --cluster kind/);
  expect(status).toBe(3);
});
