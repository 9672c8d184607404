import type { Elector } from "../../core/elector.ts";
import { ACCOUNT_FOLDER, fixedVariables } from "../../electors/environment.ts";
import type { Container, PodSpec } from "../../kubernetes/rollout/types.ts";
import { ACCOUNT } from "../apiserver/account.ts";
import { FOLDER, heldBack, MOUNTS, replicaVariables, VOLUMES, type KindPodsOptions } from "./kind-pods-spec.ts";

type Mounted = Container & { readonly volumeMounts?: readonly { readonly mountPath: string }[] };

const OURS: ReadonlySet<string> = new Set([ACCOUNT_FOLDER, FOLDER]);

/**
 * Pods of a user's own manifests as a kind cluster takes them: held back until they are admitted, with the replicas'
 * variables and the gates' CA. A variable of theirs wins, unless a replica without it would pass its gate by; all else
 * stays as it is.
 */
export function userPods(
  spec: PodSpec,
  { env, manifests }: Pick<Elector, "env" | "manifests">,
  options: KindPodsOptions,
): PodSpec {
  const {
    volumes = [],
    initContainers,
    serviceAccount: _,
    ...pod
  } = spec as PodSpec & {
    readonly volumes?: readonly unknown[];
    readonly initContainers?: readonly Mounted[];
  };
  const container = (each: Mounted): Mounted => {
    const more = Object.entries(env).map(([name, value]) => ({ name, value }));
    const named = new Set(more.map(({ name }) => name));
    const theirs = [...(each.env ?? []).filter(({ name }) => !named.has(name)), ...more];
    const kept = theirs.filter(({ name }) => !fixedVariables.has(name));
    const known = new Set(kept.map(({ name }) => name));
    return {
      ...each,
      // Ours first: a value of theirs may name one of them, $(POD_NAMESPACE).
      env: [...replicaVariables(each.name, options).filter(({ name }) => !known.has(name)), ...kept],
      volumeMounts: [...(each.volumeMounts ?? []).filter(({ mountPath }) => !OURS.has(mountPath)), ...MOUNTS],
    };
  };
  return {
    ...pod,
    ...(initContainers && { initContainers: initContainers.map(container) }),
    containers: pod.containers.map(container),
    serviceAccountName: manifests?.account ?? ACCOUNT,
    volumes: [...volumes, ...VOLUMES],
    ...heldBack,
  };
}
