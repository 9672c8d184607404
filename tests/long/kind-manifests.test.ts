import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failedIn, interregnum, runDocument, start, temporary } from "../e2e/cli.ts";
import { go, problem, unless } from "../e2e/kind.ts";

const why = problem ?? (go ? undefined : "no go on PATH");

const fixture = join(import.meta.dirname, "..", "..", "fixtures", "electors", "manager-manifests");
/** Its manifests as one text, as a chart or a kustomization is piped. */
const rendered = (): string =>
  readdirSync(join(fixture, "manifests"))
    .map((name) => readFileSync(join(fixture, "manifests", name), "utf8"))
    .join("---\n");

const on = (folder: string): readonly string[] => ["--cluster", "kind", "--seed", "7", "--out", folder];

/** A run of the manifests that are piped in. */
const piped = (text: string, scenario: string, folder: string) =>
  start(["run", scenario, "--elector", join(fixture, "piped.yaml"), ...on(folder)], undefined, text).done;

describe.skipIf(why !== undefined)(`an elector by its own manifests on kind${unless(why)}`, () => {
  test("rolls its one replica, and three of them outlive their leader", { timeout: 1_200_000 }, async () => {
    using folder = temporary();
    const scenarios = ["rolling-update", "rolling-update-recreate", "kill-leader"];
    const elector = ["--elector", "manager-manifests"];
    const { code, stdout, stderr } = await interregnum("run", ...scenarios, ...elector, ...on(folder.path));
    expect(code, stdout + stderr).toBe(0);
    expect(stderr).toContain("left out: Namespace/capi-system");
    expect(runDocument(join(folder.path, "kill-leader")).trials[0]?.schedule[0]).toMatchObject({ replicas: 3 });
  });

  test("whose flag was forgotten is convicted, piped in", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const forgotten = rendered().replace(/ *- --enable-leader-election\n/, "");
    expect(forgotten).not.toBe(rendered());
    const { code, stdout, stderr } = await piped(forgotten, "rolling-update", folder.path);
    expect(code, stdout + stderr).toBe(1);
    expect(failedIn(folder.path)).toContain("claim-backed-by-record");
    expect(failedIn(folder.path)).toContain("at-most-one-leader"); // the two pods of the rollout both led
  });

  test("that elects by another Lease is unknown, in words", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const other = rendered().replace("value: controller-leader-election-capi", "value: another");
    const { code, stdout, stderr } = await piped(other, "rolling-update", folder.path);
    expect(code, stdout + stderr).toBe(2);
    expect(runDocument(folder.path).reason).toMatch(
      /no record of the Lease .* was ever seen.*called interregnum-\S+-0\/another instead/,
    );
  });

  test("that the API refuses is bad input, by file and line", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const bad = rendered().replace("containerPort: 8081", "containerPort: 0");
    const { code, stdout, stderr } = await piped(bad, "rolling-update", folder.path);
    expect(code, stdout + stderr).toBe(3);
    expect(stderr).toMatch(/standard input:\d+: the API refuses Deployment\/capi-controller-manager.*containerPort/);
  });
});
