import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { openAuthority, type Certificate } from "../../gate/certificate.ts";

/** What the components of one control plane know each other by; paths of files but for `admin`, the harness's own. */
export type Credentials = {
  readonly ca: string;
  readonly serving: { readonly cert: string; readonly key: string };
  readonly accounts: { readonly publicKey: string; readonly privateKey: string };
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly admin: Certificate;
};

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A component's kubeconfig, by certificate. */
const kubeconfig = (server: string, { ca, cert, key }: Certificate): string =>
  stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "own", cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [{ name: "own", user: { "client-certificate-data": base64(cert), "client-key-data": base64(key) } }],
    contexts: [{ name: "own", context: { cluster: "own", user: "own" } }],
    "current-context": "own",
  });

/** Makes a CA and all that is signed by it, and writes what the components read into `folder` (mode 0600). */
export async function writeCredentials(folder: string, server: string): Promise<Credentials> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const authority = await openAuthority();
  const [serving, admin, manager, scheduler] = await Promise.all([
    authority.issue({ server: "kube-apiserver" }),
    authority.issue({ client: "interregnum", groups: ["system:masters"] }),
    // Masters, so that they need not wait until the API server has written its own roles: that takes a second or two.
    authority.issue({ client: "system:kube-controller-manager", groups: ["system:masters"] }),
    authority.issue({ client: "system:kube-scheduler", groups: ["system:masters"] }),
  ]);
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return {
    ca: write("ca.crt", authority.ca),
    serving: { cert: write("apiserver.crt", serving.cert), key: write("apiserver.key", serving.key) },
    accounts: { publicKey: write("accounts.pub", publicKey), privateKey: write("accounts.key", privateKey) },
    controllerManager: write("controller-manager.kubeconfig", kubeconfig(server, manager)),
    scheduler: write("scheduler.kubeconfig", kubeconfig(server, scheduler)),
    admin,
  };
}
