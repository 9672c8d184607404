import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kubeconfigText } from "../electors/kubeconfig.ts";
import type { Gate } from "../gate/gate.ts";

/** What a replica reads to find its API: a kubeconfig, and the files of its service account. */
export type Access = Disposable & { readonly kubeconfigPath: string; readonly accountFolder: string };

/** Where nobody asks who calls, any token does. */
const ANY_TOKEN = "interregnum";

/** Writes them for one replica (mode 0600), its gate being the API; disposing removes them. */
export function writeAccess(options: {
  readonly folder: string;
  readonly namespace: string;
  readonly replica: string;
  readonly gate: Gate;
  /** The authority of the gate's certificate, as PEM. */
  readonly ca: string;
  readonly token?: string | undefined;
}): Access {
  const { folder, namespace, replica, gate, ca, token = ANY_TOKEN } = options;
  const kubeconfigPath = join(folder, `${namespace}.${replica}.kubeconfig`);
  const accountFolder = join(folder, `${namespace}.${replica}.serviceaccount`);
  mkdirSync(accountFolder, { recursive: true, mode: 0o700 });
  writeFileSync(kubeconfigPath, kubeconfigText({ server: gate.secureUrl, ca, namespace, token }), { mode: 0o600 });
  for (const [name, text] of Object.entries({ token, namespace, "ca.crt": ca }))
    writeFileSync(join(accountFolder, name), text, { mode: 0o600 });
  return {
    kubeconfigPath,
    accountFolder,
    [Symbol.dispose]() {
      rmSync(kubeconfigPath, { force: true });
      rmSync(accountFolder, { recursive: true, force: true });
    },
  };
}
