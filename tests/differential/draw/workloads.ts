import fc from "fast-check";
import { mostly, of, some } from "./chance.ts";

const container = of(
  { name: "c", image: "i" },
  { name: "c", image: "i:1" },
  { name: "c", image: "i:latest" },
  {
    name: "c",
    image: "i",
    env: [{ name: "A", value: "1" }],
    ports: [{ containerPort: 80 }],
  },
);
export const podSpec = fc
  .tuple(
    container,
    some({
      terminationGracePeriodSeconds: of(0, 1, 30),
      nodeName: of("n"),
      restartPolicy: of("Always", "Never"),
      nodeSelector: of({ a: "b" }),
    }),
  )
  .map(([first, rest]) => ({ containers: [first], ...rest }));
export const podStatus = some({
  phase: of("Running", "Pending", "Succeeded"),
  podIP: of("10.1.0.1"),
  conditions: of([{ type: "Ready", status: "True" }], [{ type: "Ready", status: "False" }]),
});

const template = container.map((first) => ({ metadata: { labels: { app: "x" } }, spec: { containers: [first] } }));
const workloadSpec = <T extends object>(more: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc
    .tuple(template, some(more))
    .map(([own, rest]) => ({ selector: { matchLabels: { app: "x" } }, template: own, ...rest }));
const replicas = mostly(of(0, 1, 2, 5), of<unknown>(-1, null));
export const deployment = workloadSpec({
  replicas,
  minReadySeconds: of(1, 2),
  paused: of(true),
  strategy: of<unknown>(
    { type: "Recreate" },
    { type: "RollingUpdate" },
    { rollingUpdate: { maxSurge: 1 } },
    { type: "RollingUpdate", rollingUpdate: { maxSurge: "50%", maxUnavailable: 0 } },
  ),
});
export const replicaset = workloadSpec({ replicas, minReadySeconds: of(1, 2) });
export const daemonset = workloadSpec({ updateStrategy: of<unknown>({ type: "OnDelete" }, { type: "RollingUpdate" }) });
export const workloadStatus = fc.record({ observedGeneration: of(1, 2), replicas: of(1, 2), readyReplicas: of(1) });
export const daemonsetStatus = of({
  currentNumberScheduled: 1,
  numberMisscheduled: 0,
  desiredNumberScheduled: 1,
  numberReady: 1,
});

const images = of("i", "i:1", "i:2");
const containers = fc.tuple(images, some({ env: of([{ name: "A", value: "1" }], [{ name: "B", value: "2" }]) }));
export const containersOf = containers.map(([image, rest]) => [{ name: "c", image, ...rest }]);
