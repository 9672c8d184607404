import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { contextNames, findContext } from "../../../../harness/clusters/context/kubeconfig.ts";
import { HarnessError, InputError } from "../../../../harness/core/errors.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function written(path: string, name: string, user: object, cluster: object = {}): string {
  const file = join(path, `${name}.yaml`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: "https://10.1.2.3:6443/", ...cluster } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test("contexts of all files of KUBECONFIG are found; a name that is not there is none", async () => {
  const path = folder();
  const files = [written(path, "one", { token: "t" }), written(path, "two", { token: "t" }), join(path, "absent")];
  const env = { KUBECONFIG: files.join(delimiter) };
  expect(await contextNames(env)).toEqual(["one", "two"]);
  expect(await findContext("three", env)).toBeUndefined();
  expect(await contextNames({ KUBECONFIG: join(path, "absent") })).toEqual([]);
});

test("a token, a client certificate and the cluster's CA are taken", async () => {
  const path = folder();
  const user = { token: "secret", "client-certificate-data": base64("CERT"), "client-key-data": base64("KEY") };
  const cluster = { "certificate-authority-data": base64("CA"), "tls-server-name": "api.example" };
  const found = await findContext("one", { KUBECONFIG: written(path, "one", user, cluster) });
  expect(found).toMatchObject({ name: "one", url: "https://10.1.2.3:6443" });
  expect(found?.access).toMatchObject({ ca: "CA", cert: "CERT", key: "KEY", servername: "api.example" });
  expect(await found?.access.headers?.()).toEqual({ Authorization: "Bearer secret" });
});

test("a plugin is run for its token; what it says when it fails is told", async () => {
  const path = folder();
  const plugin = join(path, "plugin");
  writeFileSync(
    plugin,
    `#!/bin/sh\n[ "$1" = good ] || { echo "log in first" >&2; exit 1; }\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"fresh"}}'\n`,
  );
  chmodSync(plugin, 0o755);
  const exec = (word: string) => ({
    exec: { apiVersion: "client.authentication.k8s.io/v1", command: plugin, args: [word], interactiveMode: "Never" },
  });
  const good = await findContext("one", { KUBECONFIG: written(path, "one", exec("good")) });
  expect(await good?.access.headers?.()).toEqual({ Authorization: "Bearer fresh" });
  const bad = findContext("two", { KUBECONFIG: written(path, "two", exec("bad")) });
  await expect(bad).rejects.toThrow(HarnessError);
  await expect(bad).rejects.toThrow("log in first");
});

test("what cannot be used is bad input that names the file", async () => {
  const path = folder();
  const garbage = join(path, "garbage");
  writeFileSync(garbage, "clusters: [");
  const wrong = await contextNames({ KUBECONFIG: garbage }).catch((error: unknown) => error);
  expect(wrong).toBeInstanceOf(InputError);
  expect((wrong as InputError).where.file).toBe(garbage);
  for (const cluster of [{ server: "http://10.1.2.3" }, { "proxy-url": "http://proxy" }])
    await expect(findContext("one", { KUBECONFIG: written(path, "one", { token: "t" }, cluster) })).rejects.toThrow(
      InputError,
    );
});
