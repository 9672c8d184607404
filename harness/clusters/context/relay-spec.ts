import type { PodSpec } from "../../kubernetes/rollout/types.ts";
import { keyOf, relayCommand, relayFiles, FOLDER } from "./relay/program.ts";
import { PORTS } from "./relay/words.ts";

/** The relay's container, and the ConfigMap that holds its program. */
export const RELAY = "interregnum-relay";

/** The program as a ConfigMap. */
export const relayMap = () => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: RELAY },
  data: Object.fromEntries(Object.entries(relayFiles()).map(([path, text]) => [keyOf(path), text])),
});

/**
 * The pod with a relay beside its elector: begun before it and ended after it (a sidecar container, Kubernetes 1.29),
 * and in one namespace of processes with it, so that it can signal it and see it end.
 */
export function withRelay(spec: PodSpec, image: string): PodSpec {
  const relay = {
    name: RELAY,
    image,
    imagePullPolicy: "IfNotPresent",
    restartPolicy: "Always",
    command: relayCommand,
    env: [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
    // The elector is started once the harness is connected.
    startupProbe: { tcpSocket: { port: PORTS.ready }, periodSeconds: 1, failureThreshold: 120 },
    securityContext: {
      runAsUser: 0, // to signal whatever user the elector runs as, and for nothing else
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"], add: ["KILL"] },
    },
    volumeMounts: [{ name: RELAY, mountPath: FOLDER, readOnly: true }],
  };
  const items = Object.keys(relayFiles()).map((path) => ({ key: keyOf(path), path }));
  const { volumes = [], initContainers = [] } = spec as {
    volumes?: readonly object[];
    initContainers?: readonly object[];
  };
  return {
    ...spec,
    shareProcessNamespace: true,
    initContainers: [relay, ...initContainers],
    volumes: [...volumes, { name: RELAY, configMap: { name: RELAY, items } }],
  } as PodSpec;
}
