import type { Strategy } from "../core/cluster.ts";
import type { Beside, Elector, Timing } from "../core/elector.ts";
import { InputError } from "../core/errors.ts";
import { placeOf } from "../electors/place.ts";
import type { RuntimeName } from "./runtime.ts";
import type { Container, Deployment, DeploymentStrategy, PodTemplate } from "../kubernetes/rollout/types.ts";

/** The container whose process is the replica. */
export const CONTAINER = "elector";
/** The container of the elector's pods whose process is the replica. */
export const replicaContainer = ({ manifests }: Pick<Elector, "manifests">): string =>
  manifests?.container ?? CONTAINER;

const LEAST_GRACE_MS = 2000;

/** What an elector is deployed from. */
export type DeployOptions = {
  readonly elector: Elector;
  readonly timing: Timing;
  readonly replicas: number;
  readonly strategy: Strategy;
  readonly namespace: string;
  /** As what its pods run; images are only of use to what is no process. */
  readonly runtime?: RuntimeName;
  /** Where its pods may go; anywhere unless told. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
};

/** A name that the API takes: lower case, digits and dashes. */
export const nameOf = (elector: Elector): string =>
  elector.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40) || "elector";

/** Whole seconds that a replica has between SIGTERM and SIGKILL: one renewal that runs to its deadline, and 2 s for its work. */
export const graceSeconds = (timing: Timing): number =>
  Math.ceil(((timing.renewDeadline ?? timing.leaseDuration) + LEAST_GRACE_MS) / 1000);

export function strategyOf(strategy: Strategy): DeploymentStrategy {
  switch (strategy.type) {
    case "RollingUpdate":
      return {
        type: strategy.type,
        rollingUpdate: { maxSurge: strategy.maxSurge, maxUnavailable: strategy.maxUnavailable },
      };
    case "Recreate":
      return { type: strategy.type };
    default:
      throw strategy satisfies never;
  }
}

/**
 * The pods that run an elector, as the image that it was made or by its command, and what is beside it; InputError for an
 * elector that has neither. Of images a kubelet starts what is beside it first.
 */
export function podSpecOf({ elector, timing, runtime, nodeSelector }: DeployOptions): PodTemplate["spec"] {
  const env = Object.entries(elector.env).map(([key, value]) => ({ name: key, value }));
  const pod = { terminationGracePeriodSeconds: graceSeconds(timing), ...(nodeSelector && { nodeSelector }) };
  const { image, args = [] } = elector;
  const probe = elector.ready && { readinessProbe: { httpGet: elector.ready, periodSeconds: 1 } };
  const beside = Object.entries(elector.containers ?? {});
  if (image !== undefined && runtime !== "process") {
    const others = beside.map(([name, one]) => ({ ...containerOf(elector, image, name, one), env }));
    return { ...pod, containers: [...others, { name: CONTAINER, image, args, env, ...probe }] };
  }
  const container = (name: string, command: readonly string[] | undefined) => {
    if (command !== undefined) return { name, command, workingDir: elector.directory, env };
    throw new InputError(
      `the elector ${elector.name} has no command${name === CONTAINER ? "" : ` for its container ${name}`}, and this cluster runs processes`,
      placeOf(elector.file, ...(name === CONTAINER ? ["command"] : ["containers", name])),
      "give it a command, or run it as an image",
    );
  };
  return {
    ...pod,
    containers: [
      { ...container(CONTAINER, elector.command), ...probe },
      ...beside.map(([name, { command }]) => container(name, command)),
    ],
  };
}

/** A container beside the elector's; InputError where nothing says what it runs. */
function containerOf(
  elector: Elector,
  own: string,
  name: string,
  { image = own, entrypoint, args }: Beside,
): Container {
  if (image === own && entrypoint === undefined)
    throw new InputError(
      `nothing says what the container ${name} of ${elector.name} runs as an image`,
      placeOf(elector.file, "containers", name),
      `give it an image of its own, or an entrypoint, such as { entrypoint: [/${name}] }`,
    );
  return { name, image, ...(entrypoint && { command: entrypoint }), ...(args && { args }) };
}

/** minReadySeconds where the strategy names them. */
export const readinessOf = (strategy: Strategy) =>
  strategy.type === "RollingUpdate" && strategy.minReadySeconds !== undefined
    ? { minReadySeconds: strategy.minReadySeconds }
    : {};

/** The Deployment that runs an elector's command; InputError for an elector that has none. */
export function deploymentOf(options: DeployOptions): Deployment {
  const { elector, replicas, strategy, namespace } = options;
  const name = nameOf(elector);
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      strategy: strategyOf(strategy),
      ...readinessOf(strategy),
      template: { metadata: { labels }, spec: podSpecOf(options) },
    },
  };
}
