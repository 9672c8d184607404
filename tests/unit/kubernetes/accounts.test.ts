import { describe, expect, test } from "vitest";
import { object, refusal, testStore } from "./build.ts";

const meta = { metadata: { name: "a" } };

describe("Secrets", () => {
  test("keep their type", () => {
    const { store } = testStore();
    const made = store.create("secrets", "default", object("v1", "Secret", { ...meta, type: "example.com/t" }));
    expect(refusal(() => store.update("secrets", { ...made, type: "Opaque" })).message).toBe(
      'Secret "a" is invalid: type: Invalid value: "Opaque": field is immutable',
    );
  });
});

describe("ServiceAccounts", () => {
  const made = () => {
    const { store } = testStore();
    const secrets = [{ name: "s", namespace: "elsewhere" }];
    const input = object("v1", "ServiceAccount", { ...meta, secrets, imagePullSecrets: [{ name: "p" }] });
    return { store, account: store.create("serviceaccounts", "default", input) };
  };

  test("name their Secrets, and that is all; who names them is known", () => {
    const { account } = made();
    expect(account["secrets"]).toEqual([{ name: "s" }]);
    expect(account.metadata["managedFields"]).toMatchObject([
      { fieldsV1: { "f:imagePullSecrets": {}, "f:secrets": { ".": {}, 'k:{"name":"s"}': {} } } },
    ]);
  });

  test("a strategic patch adds a Secret, and replaces those that pull images", () => {
    const { store } = made();
    const ref = { resource: "serviceaccounts", namespace: "default", name: "a" };
    const patch = { secrets: [{ name: "t" }], imagePullSecrets: [{ name: "q" }] };
    expect(store.patch(ref, "strategic", patch)).toMatchObject({
      secrets: [{ name: "t" }, { name: "s" }],
      imagePullSecrets: [{ name: "q" }],
    });
  });

  test("are looked at as often as the real ones", () => {
    const { store, account } = made();
    const labels = { "bad key": "x" };
    const wrong = refusal(() =>
      store.update("serviceaccounts", { ...account, metadata: { ...account.metadata, labels } }),
    );
    expect(wrong.details?.causes).toHaveLength(4);
  });
});

describe("names that are no host's", () => {
  const container = { name: "c", image: "i" };
  const warned = (resource: string, name: string): readonly string[] => {
    const { store } = testStore();
    const texts: string[] = [];
    const onWarning = (more: readonly string[]): void => void texts.push(...more);
    const template = { metadata: { labels: { app: "x" } }, spec: { containers: [container] } };
    const spec =
      resource === "pods" ? { containers: [container] } : { selector: { matchLabels: { app: "x" } }, template };
    store.create(resource, "default", object("v1", "Any", { metadata: { name }, spec }), { onWarning });
    return texts;
  };
  const advice = "which can result in surprising behavior; a DNS label is recommended: ";

  test("are allowed and warned of, where pods are called so", () => {
    expect(warned("pods", "a.b")).toEqual([
      `metadata.name: this is used in the Pod's hostname, ${advice}[must not contain dots]`,
    ]);
    expect(warned("deployments", `${"x".repeat(64)}.y`)).toEqual([
      `metadata.name: this is used in Pod names and hostnames, ${advice}[must be no more than 63 characters must not contain dots]`,
    ]);
    expect([...warned("daemonsets", "a.b"), ...warned("pods", "a")]).toEqual([]);
  });
});
