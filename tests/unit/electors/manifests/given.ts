/** A Deployment as a project writes one; `pod` are more lines of its pods' spec. */
export const deployment = (name: string, ...pod: readonly string[]): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: system
spec:
  replicas: 1
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      ${["containers: [{ name: manager, image: m }]", ...pod].join("\n      ")}
`;

/** Documents of one file. */
export const together = (...documents: readonly string[]): string => documents.join("---\n");
