import { stringify } from "yaml";

/** A kubeconfig of one cluster: `server` the https gate, `ca` its certificate authority as PEM; an API that asks nobody who he is takes any token. */
export function kubeconfigText({
  server,
  ca,
  namespace = "default",
  token = "interregnum",
}: {
  readonly server: string;
  readonly ca: string;
  readonly namespace?: string;
  readonly token?: string;
}): string {
  const name = "interregnum";
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    "current-context": name,
  });
}
