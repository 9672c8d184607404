import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadElector } from "../../../../harness/electors/load.ts";
import { successorFor } from "../../../../harness/electors/successor.ts";
import { checkElector } from "../../../../harness/runner/homes.ts";
import { loadScenario } from "../../../../harness/runner/scenarios.ts";
import { deployment } from "./given.ts";

const folder = mkdtempSync(join(tmpdir(), "interregnum-manifests-"));
const file = join(folder, "elector.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
function load(manifests: string, ...more: readonly string[]) {
  write("elector.yaml", ["name: x", `manifests: ${manifests}`, ...more, ""].join("\n"));
  return loadElector(file);
}

write("deploy.yaml", deployment("controller").replace("replicas: 1", "replicas: 2"));
mkdirSync(join(folder, "all"));
mkdirSync(join(folder, "empty"));
write("all/b.yml", deployment("controller"));
write("all/a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n");
write("all/notes.md", "no manifest\n");

describe("elector.yaml names manifests", () => {
  test("a file: what it says of workload and replicas counts where elector.yaml says nothing", async () => {
    const elector = await load("deploy.yaml");
    expect(elector.manifests).toMatchObject({ container: "manager", workload: { file: join(folder, "deploy.yaml") } });
    expect([elector.replicas, elector.workload]).toEqual([2, "Deployment"]);
    expect((await load("deploy.yaml", "replicas: 5")).replicas).toBe(5);
  });

  test("a folder: its YAML and JSON in the order of their names", async () => {
    const { manifests } = await load("{ from: all, workload: Deployment/controller, container: manager }");
    expect(manifests?.objects.map((piece) => piece.file)).toEqual([join(folder, "all", "a.yaml")]);
    expect(manifests?.workload.file).toBe(join(folder, "all", "b.yml"));
  });

  test("a DaemonSet has a pod on each node", async () => {
    write("daemon.yaml", deployment("controller").replace("kind: Deployment", "kind: DaemonSet"));
    const elector = await load("daemon.yaml");
    expect([elector.replicas, elector.workload]).toEqual([3, "DaemonSet"]);
  });

  test.each<[string, string, number, string, RegExp, RegExp]>([
    ["a file that is not there", "no.yaml", 2, "manifests", /no\.yaml cannot be read \(ENOENT\)/, /a file, a folder/],
    ["a folder that holds none", "{ from: empty }", 2, "manifests.from", /no manifest stands in/, /a folder of/],
    ["an unknown field", "{ from: a.yaml, workloud: b }", 2, "manifests.workloud", /"workloud"/, /"workload"/],
    [
      "a workload of another kind",
      "{ from: a.yaml, workload: Job/a }",
      2,
      "manifests.workload",
      /names no workload/,
      /Deployment\/manager/,
    ],
    [
      "a container that is not there",
      "{ from: deploy.yaml, container: b }",
      2,
      "manifests.container",
      /no container b/,
      /manager/,
    ],
    [
      "what the manifests say themselves",
      "deploy.yaml\nargs: [a]",
      3,
      "args",
      /the manifests say args/,
      /leave args out/,
    ],
    ["two ways to run", "deploy.yaml\nimage: a", 2, "manifests", /image and manifests/, /keep one/],
  ])("%s is refused", async (_what, manifests, line, field, message, mend) => {
    await expect(load(manifests)).rejects.toMatchObject({
      name: "InputError",
      where: { file, line, field },
      message: expect.stringMatching(message),
      mend: expect.stringMatching(mend),
    });
  });
});

test.each(["embedded", "apiserver", "simulation"])("%s runs no manifests, and says what does", async (cluster) => {
  const elector = await load("deploy.yaml");
  expect(() => checkElector(cluster, elector)).toThrow(expect.objectContaining({ mend: "run it with --cluster kind" }));
  expect(() => checkElector("kind", elector)).not.toThrow();
});

test("is rolled to nothing else", async () => {
  write("next.yaml", "name: next\nimage: a\n");
  const elector = await load("deploy.yaml", "successor: next.yaml");
  const scenario = await loadScenario("lock-migration");
  await expect(successorFor(elector, scenario)).rejects.toMatchObject({
    name: "InputError",
    message: expect.stringContaining("rolled to nothing else"),
  });
});
