/** A double-quoted scalar of YAML: every text of JSON is one. */
const quoted = (text: string): string => JSON.stringify(text);

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
  // Written out: a library takes a millisecond for it, and every replica has one.
  return `apiVersion: v1
kind: Config
clusters:
  - name: interregnum
    cluster:
      server: ${quoted(server)}
      certificate-authority-data: ${quoted(Buffer.from(ca).toString("base64"))}
users:
  - name: interregnum
    user:
      token: ${quoted(token)}
contexts:
  - name: interregnum
    context:
      cluster: interregnum
      user: interregnum
      namespace: ${quoted(namespace)}
current-context: interregnum
`;
}
