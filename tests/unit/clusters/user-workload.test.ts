import { expect, test } from "vitest";
import { userWorkload } from "../../../harness/clusters/user-workload.ts";
import type { Strategy } from "../../../harness/core/cluster.ts";
import type { Manifest } from "../../../harness/core/elector.ts";
import { imagesOf, withImages } from "../../../harness/electors/manifests/images.ts";

const surge: Strategy = { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%", minReadySeconds: 2 };
const selector = { matchExpressions: [{ key: "a", operator: "Exists" }] };
const template = { metadata: { labels: { a: "1" } }, spec: { containers: [{ name: "m", image: "i" }] } };
const deployment = (spec: object, kind = "Deployment"): Manifest => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "manager", namespace: "system", labels: { l: "1" } },
  spec: { selector, template, ...spec },
});
const run = (object: Manifest, strategy: Strategy = surge, replicas = 3) =>
  userWorkload(
    { workload: { object, file: "f", line: 1 }, container: "m", objects: [], notes: [] },
    { replicas, strategy, namespace: "trial-0" },
  );

test("a user's Deployment keeps its strategy, selector and labels; its replicas are the scenario's", () => {
  const own = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  expect(run(deployment({ strategy: own, minReadySeconds: 7, replicas: 9, revisionHistoryLimit: 2 }))).toEqual({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "manager", namespace: "trial-0", labels: { l: "1" } },
    spec: { selector, template, strategy: own, minReadySeconds: 7, replicas: 3, revisionHistoryLimit: 2 },
  });
});

test("where it says nothing of minReadySeconds they are the scenario's", () => {
  expect(run(deployment({})).spec).toEqual({ selector, template, replicas: 3, minReadySeconds: 2 });
});

test.each<[string, Strategy, object]>([
  ["Recreate", { type: "Recreate" }, { type: "Recreate" }],
  [
    "a surge of its own",
    { type: "RollingUpdate", maxSurge: 0, maxUnavailable: 1 },
    { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  ],
])("a scenario that is about %s has it", (_what, strategy, expected) => {
  const own = { type: "RollingUpdate", rollingUpdate: { maxSurge: 3 } };
  expect(run(deployment({ strategy: own }), strategy, 1).spec).toMatchObject({ strategy: expected, replicas: 1 });
});

test("a DaemonSet has no replicas, and its own updateStrategy", () => {
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 2 } };
  expect(run(deployment({ updateStrategy }, "DaemonSet"), { type: "Recreate" }).spec).toEqual({
    selector,
    template,
    updateStrategy,
  });
});

test("images are changed in every container that names them, and nothing else", () => {
  const containers = [{ name: "m", image: "i", args: ["a"] }, { name: "n" }];
  const object = deployment({
    template: { ...template, spec: { containers, initContainers: [{ name: "p", image: "j" }] } },
  });
  expect(imagesOf(object)).toEqual(["j", "i"]);
  const changed = withImages(object, (image) => ({ image: `${image}2`, imagePullPolicy: "Never" }));
  expect(changed).toEqual(
    deployment({
      template: {
        ...template,
        spec: {
          containers: [{ name: "m", image: "i2", imagePullPolicy: "Never", args: ["a"] }, { name: "n" }],
          initContainers: [{ name: "p", image: "j2", imagePullPolicy: "Never" }],
        },
      },
    }),
  );
});
