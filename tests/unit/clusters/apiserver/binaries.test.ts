import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findPrograms, needPrograms, PROGRAMS } from "../../../../harness/clusters/apiserver/binaries.ts";
import { HarnessError } from "../../../../harness/core/errors.ts";

/** A folder with programs of these names. */
function folderOf(...names: readonly string[]): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "interregnum-test-"));
  for (const name of names) {
    writeFileSync(join(path, name), "#!/bin/sh\n");
    chmodSync(join(path, name), 0o755);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const nowhere = async () => undefined;

test("what was built comes last, program by program", async () => {
  using path = folderOf("etcd");
  using built = folderOf(...PROGRAMS);
  expect(await findPrograms({ PATH: path.path }, async () => built.path)).toEqual({
    etcd: join(path.path, "etcd"),
    "kube-apiserver": join(built.path, "kube-apiserver"),
    "kube-controller-manager": join(built.path, "kube-controller-manager"),
    "kube-scheduler": join(built.path, "kube-scheduler"),
  });
});

test("KUBEBUILDER_ASSETS comes before PATH, program by program", async () => {
  using assets = folderOf("etcd", "kube-apiserver");
  using path = folderOf(...PROGRAMS);
  expect(await findPrograms({ KUBEBUILDER_ASSETS: assets.path, PATH: path.path }, nowhere)).toEqual({
    etcd: join(assets.path, "etcd"),
    "kube-apiserver": join(assets.path, "kube-apiserver"),
    "kube-controller-manager": join(path.path, "kube-controller-manager"),
    "kube-scheduler": join(path.path, "kube-scheduler"),
  });
});

test("what is missing is named, with what to do", async () => {
  using path = folderOf("etcd", "kube-scheduler");
  const refused = await needPrograms({ PATH: path.path }, nowhere).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(HarnessError);
  expect((refused as HarnessError).message).toContain("kube-apiserver, kube-controller-manager");
  expect((refused as HarnessError).message).not.toContain("etcd");
  expect((refused as HarnessError).mend).toMatch(/KUBEBUILDER_ASSETS.*npm run build:kube/);
});
