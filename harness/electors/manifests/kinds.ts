import type { Manifest } from "../../core/elector.ts";

/** `apps/Deployment`; of the core group `/Service`. */
export const kindOf = ({ apiVersion, kind }: Pick<Manifest, "apiVersion" | "kind">): string => {
  const [group, version] = apiVersion.split("/");
  return `${version === undefined ? "" : group}/${kind}`;
};

/** What a trial makes of the user's in its namespace, and as what the API serves it. */
const made: Readonly<Record<string, string>> = {
  "/ServiceAccount": "serviceaccounts",
  "/ConfigMap": "configmaps",
  "/Secret": "secrets",
  "/Service": "services",
  "/Endpoints": "endpoints",
  "/PersistentVolumeClaim": "persistentvolumeclaims",
  "/LimitRange": "limitranges",
  "/ResourceQuota": "resourcequotas",
  "rbac.authorization.k8s.io/Role": "roles",
  "rbac.authorization.k8s.io/RoleBinding": "rolebindings",
  "coordination.k8s.io/Lease": "leases",
  "policy/PodDisruptionBudget": "poddisruptionbudgets",
};

const WORK = "one workload is run, the one that elects";
const SCALE = "the scenario says how many replicas run";
const GATES = "it could cut replicas off from their gates";
const WIDE = "a trial makes nothing outside its own namespace";

/** Why a kind is left out. */
const leftOut: Readonly<Record<string, string>> = {
  "apps/Deployment": WORK,
  "apps/DaemonSet": WORK,
  "apps/StatefulSet": WORK,
  "apps/ReplicaSet": WORK,
  "batch/Job": WORK,
  "batch/CronJob": WORK,
  "/Pod": WORK,
  "/ReplicationController": WORK,
  "autoscaling/HorizontalPodAutoscaler": SCALE,
  "networking.k8s.io/NetworkPolicy": GATES,
  "/Namespace": WIDE,
  "/PersistentVolume": WIDE,
  "apiextensions.k8s.io/CustomResourceDefinition": WIDE,
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": WIDE,
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": WIDE,
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy": WIDE,
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": WIDE,
  "apiregistration.k8s.io/APIService": WIDE,
  "scheduling.k8s.io/PriorityClass": WIDE,
  "storage.k8s.io/StorageClass": WIDE,
  "networking.k8s.io/IngressClass": WIDE,
  "node.k8s.io/RuntimeClass": WIDE,
};

const UNKNOWN = "an election needs no such kind";

/** The plural as which a trial makes the object; undefined where it makes none of that kind. */
export const resourceOf = (object: Pick<Manifest, "apiVersion" | "kind">): string | undefined => made[kindOf(object)];

/** Why no such object is made. */
export const whyLeftOut = (object: Pick<Manifest, "apiVersion" | "kind">): string => leftOut[kindOf(object)] ?? UNKNOWN;

/** `Role/manager`. */
export const nameOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;
