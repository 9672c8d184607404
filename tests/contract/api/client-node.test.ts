import {
  ApiException,
  CoordinationV1Api,
  CoreV1Api,
  KubeConfig,
  makeInformer,
  type V1Lease,
} from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { rig } from "./rig.ts";

function configOf(server: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "c", server, skipTLSVerify: true }],
    users: [{ name: "u" }],
    contexts: [{ name: "x", cluster: "c", user: "u" }],
    currentContext: "x",
  });
  return config;
}

const body: V1Lease = {
  metadata: { name: "a" },
  spec: { holderIdentity: "x", leaseDurationSeconds: 15, leaseTransitions: 0 },
};

test("client-node creates, reads, updates, meets a conflict and deletes", async () => {
  await using it = await rig();
  const api = configOf(it.api.url).makeApiClient(CoordinationV1Api);
  const made = await api.createNamespacedLease({ namespace: "default", body });
  const read = await api.readNamespacedLease({ namespace: "default", name: "a" });
  expect(read).toEqual(made);
  const release = { ...read, spec: { ...read.spec, holderIdentity: "" } };
  const updated = await api.replaceNamespacedLease({ namespace: "default", name: "a", body: release });
  expect(updated.spec?.holderIdentity).toBe("");
  const late = api.replaceNamespacedLease({ namespace: "default", name: "a", body: read });
  await expect(late).rejects.toSatisfy((error) => error instanceof ApiException && error.code === 409);
  const listed = await api.listNamespacedLease({ namespace: "default", fieldSelector: "metadata.name=a" });
  expect(listed.items).toHaveLength(1);
  expect((await api.deleteNamespacedLease({ namespace: "default", name: "a" })).status).toBe("Success");
  const absent = api.readNamespacedLease({ namespace: "default", name: "a" });
  await expect(absent).rejects.toSatisfy((error) => error instanceof ApiException && error.code === 404);
});

test("client-node's informer sees what comes, changes and goes", async () => {
  await using it = await rig();
  const config = configOf(it.api.url);
  const api = config.makeApiClient(CoreV1Api);
  const create = (name: string) =>
    api.createNamespacedConfigMap({ namespace: "default", body: { metadata: { name }, data: { k: "1" } } });
  await create("before");
  const path = "/api/v1/namespaces/default/configmaps";
  const informer = makeInformer(config, path, () => api.listNamespacedConfigMap({ namespace: "default" }));
  const seen: string[] = [];
  const waiting: (() => void)[] = [];
  for (const event of ["add", "update", "delete"] as const)
    informer.on(event, ({ metadata }) => {
      seen.push(`${event} ${metadata?.name}`);
      waiting.shift()?.();
    });
  const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  const first = next();
  await informer.start();
  await first;
  for (const act of [
    () => create("after"),
    async () => {
      const read = await api.readNamespacedConfigMap({ namespace: "default", name: "after" });
      await api.replaceNamespacedConfigMap({
        namespace: "default",
        name: "after",
        body: { ...read, data: { k: "2" } },
      });
    },
    () => api.deleteNamespacedConfigMap({ namespace: "default", name: "after" }),
  ]) {
    const event = next();
    await act();
    await event;
  }
  await informer.stop();
  expect(seen).toEqual(["add before", "add after", "update after", "delete after"]);
});
