import type { Manifest } from "../../core/elector.ts";
import { InputError } from "../../core/errors.ts";
import type { Read } from "./documents.ts";

export type PodContainer = {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string }[];
  readonly volumeMounts?: readonly { readonly mountPath: string }[];
  readonly [field: string]: unknown;
};

/** What is read here of a workload's pods. */
export type Pods = {
  readonly containers: readonly PodContainer[];
  readonly initContainers?: readonly PodContainer[];
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
  readonly shareProcessNamespace?: boolean;
  readonly schedulingGates?: readonly unknown[];
  readonly [field: string]: unknown;
};

export type Template = {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>>; readonly [field: string]: unknown };
  readonly spec: Pods;
};

/** The spec of a Deployment or DaemonSet that `templateOf` has looked at. */
export type WorkloadSpec = {
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly updateStrategy?: { readonly type?: string };
  readonly template: Template;
  readonly [field: string]: unknown;
};

export const specOf = (object: Manifest): WorkloadSpec => object["spec"] as WorkloadSpec;

/** Where the containers of a workload's pods stand in it. */
export const PODS = ["spec", "template", "spec"] as const;

const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

type Toleration = { readonly key?: string; readonly operator?: string; readonly effect?: string };

/** Whether its pods may come to a node that only runs a control plane. */
export const toleratesControlPlane = (object: Manifest): boolean =>
  ((specOf(object).template.spec["tolerations"] ?? []) as readonly Toleration[]).some(
    ({ key = "", operator, effect = "NoSchedule" }) =>
      (key === CONTROL_PLANE || (key === "" && operator === "Exists")) && effect === "NoSchedule",
  );

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** InputError with the line of what is missing unless the object has pods of named containers. */
export function checkPods({ object, file, lineOf }: Read): void {
  let within: unknown = object;
  const wrong = (path: readonly string[], message: string): never => {
    throw new InputError(
      message,
      { file, line: lineOf(path), field: path.join(".") },
      "see `kubectl explain deployment.spec.template.spec`",
    );
  };
  for (const [index, field] of PODS.entries()) {
    within = (within as Readonly<Record<string, unknown>>)[field];
    if (!isObject(within))
      wrong(
        PODS.slice(0, index + 1),
        `${object.kind}/${object.metadata.name} has no ${PODS.slice(0, index + 1).join(".")}`,
      );
  }
  for (const field of ["containers", "initContainers"]) {
    const list = (within as Readonly<Record<string, unknown>>)[field];
    if (list === undefined && field === "initContainers") continue;
    if (!Array.isArray(list) || list.length === 0)
      return wrong([...PODS, field], `the pods of ${object.kind}/${object.metadata.name} have no ${field}`);
    if (!list.every((each) => isObject(each) && typeof each["name"] === "string"))
      return wrong([...PODS, field], "a container has no name");
  }
}
