import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Credentials, Place } from "./runtime.ts";

/** What a replica reads to find its API: a kubeconfig, and the files of its service account. */
export type Access = { readonly kubeconfigPath: string; readonly accountFolder: string };

/** Where in a run's folder they lie. */
export const accessOf = (folder: string, { namespace, pod }: Place): Access => ({
  kubeconfigPath: join(folder, `${namespace}.${pod}.kubeconfig`),
  accountFolder: join(folder, `${namespace}.${pod}.serviceaccount`),
});

/** Writes them for one replica; `mode` is that of the files, the folder above lets nobody else in. */
export function writeAccess(
  folder: string,
  place: Place,
  { kubeconfig, ca, token }: Credentials,
  mode = 0o600,
): Access {
  const access = accessOf(folder, place);
  mkdirSync(access.accountFolder, { recursive: true });
  writeFileSync(access.kubeconfigPath, kubeconfig, { mode });
  for (const [name, text] of Object.entries({ token, namespace: place.namespace, "ca.crt": ca }))
    writeFileSync(join(access.accountFolder, name), text, { mode });
  return access;
}

export function removeAccess(folder: string, place: Place): void {
  const { kubeconfigPath, accountFolder } = accessOf(folder, place);
  rmSync(kubeconfigPath, { force: true });
  rmSync(accountFolder, { recursive: true, force: true });
}
