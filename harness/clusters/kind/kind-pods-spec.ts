import type { Timing } from "../../core/elector.ts";
import type { ElectorImage } from "../../electors/images.ts";
import type { Container, PodSpec } from "../../kubernetes/rollout/types.ts";
import { ACCOUNT_FOLDER } from "../../electors/environment.ts";
import { ACCOUNT } from "../apiserver/account.ts";
import { CONTAINER_NAME } from "./pod-processes.ts";

export type KindPodsOptions = {
  readonly timing: Timing;
  readonly election: string;
  /** This machine's, at which pods reach their gates. */
  readonly address: string;
};

/** Holds a pod back from its node until its own gate stands; see Kubernetes' "Pod Scheduling Readiness". */
const HELD = "interregnum.dev/gate";
/** What only one pod may know, told by annotations that its containers read. */
const note = (name: string): string => `interregnum.dev/${name}`;
export const FOLDER = "/var/run/interregnum";
/** Where the in-cluster clients look for the CA. */
export const CA_MAP = "interregnum-ca";

const fromField = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const fromNote = (name: string, key: string) => fromField(name, `metadata.annotations['${note(key)}']`);

/** `${VAR}` as a kubelet fills it: `$(VAR)`; `$${VAR}` stays `${VAR}`. */
export const kubeletWord = (word: string): string =>
  word.replaceAll(/\$?\$\{([^}]*)\}/g, (found, name: string) =>
    found.startsWith("$$") ? found.slice(1) : `$(${name})`,
  );

/** What each container finds in its environment. */
export function replicaVariables(
  container: string,
  { timing, election, address }: KindPodsOptions,
): NonNullable<Container["env"]> {
  const { leaseDuration, renewDeadline, retryPeriod } = timing;
  const literal = {
    ELECTION_NAME: election,
    LEASE_DURATION_MS: String(leaseDuration),
    RENEW_DEADLINE_MS: String(renewDeadline ?? Math.round((leaseDuration * 2) / 3)),
    RETRY_PERIOD_MS: String(retryPeriod),
    KUBECONFIG: `${FOLDER}/kubeconfig`,
    KUBERNETES_SERVICE_HOST: address,
  };
  return [
    { name: CONTAINER_NAME, value: container },
    fromField("HOSTNAME", "metadata.name"),
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromField("POD_UID", "metadata.uid"),
    fromField("POD_IP", "status.podIP"),
    fromNote("KUBE_API", "kube-api"),
    fromNote("KUBERNETES_SERVICE_PORT", "port"),
    fromNote("EFFECT_URL", "effect-url"),
    ...Object.entries(literal).map(([name, value]) => ({ name, value })),
  ];
}

/** By what a pod finds its gate: its kubeconfig, and its account's folder with the gates' CA in it. */
export const MOUNTS = [
  { name: "interregnum", mountPath: FOLDER, readOnly: true },
  { name: "interregnum-account", mountPath: ACCOUNT_FOLDER, readOnly: true },
] as const;

export const VOLUMES = [
  {
    name: "interregnum",
    downwardAPI: {
      items: [{ path: "kubeconfig", fieldRef: { fieldPath: `metadata.annotations['${note("kubeconfig")}']` } }],
    },
  },
  {
    name: "interregnum-account",
    projected: {
      sources: [
        { serviceAccountToken: { path: "token" } },
        { configMap: { name: CA_MAP } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
      ],
    },
  },
] as const;

/** Until it is admitted; the account's folder is mounted with the gates' CA in it. */
export const heldBack = { schedulingGates: [{ name: HELD }], automountServiceAccountToken: false } as const;

/** Pods of the other clusters as a kind cluster takes them: of images, and held back until they are admitted. */
export function kindPods(spec: PodSpec, image: ElectorImage, options: KindPodsOptions): PodSpec {
  const container = (each: Container) => ({
    ...each,
    imagePullPolicy: image.built && each.image === image.name ? "Never" : "IfNotPresent",
    env: [...(each.env ?? []), ...replicaVariables(each.name, options)],
    ...(each.command && { command: each.command.map(kubeletWord) }),
    args: (each.args ?? []).map(kubeletWord),
    volumeMounts: MOUNTS,
  });
  return {
    ...spec,
    containers: spec.containers.map(container),
    serviceAccountName: ACCOUNT,
    volumes: VOLUMES,
    ...heldBack,
  };
}

/** What lets a pod go to its node: its own gate, kubeconfig and witness are noted, and it is held no longer. */
export const admission = (replica: {
  readonly kubeApi: string;
  readonly kubeconfig: string;
  readonly effectUrl: string;
}) => ({
  metadata: {
    annotations: {
      [note("kube-api")]: replica.kubeApi,
      [note("port")]: new URL(replica.kubeApi).port,
      [note("effect-url")]: replica.effectUrl,
      [note("kubeconfig")]: replica.kubeconfig,
    },
  },
  spec: { schedulingGates: null },
});
