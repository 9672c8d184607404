import { stringify } from "yaml";

/** A kubeconfig of one cluster: `server` the https gate, `ca` its certificate authority as PEM; the token is a dummy. */
export function kubeconfigText({
  server,
  ca,
  namespace = "default",
}: {
  readonly server: string;
  readonly ca: string;
  readonly namespace?: string;
}): string {
  const name = "interregnum";
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } }],
    users: [{ name, user: { token: "interregnum" } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    "current-context": name,
  });
}
