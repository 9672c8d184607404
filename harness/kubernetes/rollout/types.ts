import type { KubeObject, ObjectMeta } from "../objects.ts";

export type Condition = {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
};

/** What a kubelet may be asked to probe; grpc is not served. */
export type Probe = {
  readonly httpGet?: { readonly port: number; readonly path?: string; readonly host?: string };
  readonly tcpSocket?: { readonly port: number; readonly host?: string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  /** Of a liveness probe: in place of the pod's. */
  readonly terminationGracePeriodSeconds?: number;
};

export type Container = {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
};

export type PodSpec = {
  readonly nodeName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  readonly [field: string]: unknown;
};

export type ContainerStatus = {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly [field: string]: unknown;
};

export type Pod = KubeObject & {
  readonly spec: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly podIP?: string;
    readonly [field: string]: unknown;
  };
};

export type PodTemplate = { readonly metadata?: Partial<ObjectMeta>; readonly spec: PodSpec };
export type Selector = { readonly matchLabels?: Readonly<Record<string, string>> };

export type ReplicaSet = KubeObject & {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly selector: Selector;
    readonly template: PodTemplate;
  };
  readonly status?: {
    readonly replicas: number;
    readonly fullyLabeledReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly observedGeneration?: number;
  };
};

export type DeploymentStrategy = {
  readonly type?: "RollingUpdate" | "Recreate";
  readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
};

export type DeploymentStatus = {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
};

export type Deployment = KubeObject & {
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly progressDeadlineSeconds?: number;
    readonly strategy?: DeploymentStrategy;
    readonly selector: Selector;
    readonly template: PodTemplate;
  };
  readonly status?: DeploymentStatus;
};

export type DaemonSet = KubeObject & {
  readonly spec: {
    readonly minReadySeconds?: number;
    readonly selector: Selector;
    readonly template: PodTemplate;
    readonly updateStrategy?: {
      readonly type?: "RollingUpdate" | "OnDelete";
      readonly rollingUpdate?: { readonly maxUnavailable?: number | string };
    };
  };
  readonly status?: {
    readonly currentNumberScheduled?: number;
    readonly desiredNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly numberReady?: number;
    readonly observedGeneration?: number;
    readonly [field: string]: unknown;
  };
};

export type Node = KubeObject & { readonly spec?: { readonly unschedulable?: boolean } };
