import { InputError } from "../core/errors.ts";
import type { Timing } from "../core/elector.ts";

export type ReplicaSettings = {
  /** The replica's gate as a plain URL. */
  readonly gateUrl: string;
  readonly kubeconfigPath: string;
  readonly podName: string;
  readonly namespace: string;
  readonly podIp: string;
  readonly podUid: string;
  /** Name of the election's object. */
  readonly election: string;
  readonly timing: Timing;
  /** Where acts are posted. */
  readonly effectUrl: string;
  /** As a pod's containers find it; absent where the API is no server. */
  readonly inCluster?: { readonly host: string; readonly port: number; readonly accountFolder: string };
};

/** What every replica finds in its environment: first what docs/elector.md promises everywhere, then a pod's own. */
export const harnessVariables: readonly string[] = [
  "KUBECONFIG",
  "KUBE_API",
  "POD_NAME",
  "POD_NAMESPACE",
  "POD_IP",
  "POD_UID",
  "ELECTION_NAME",
  "LEASE_DURATION_MS",
  "RENEW_DEADLINE_MS",
  "RETRY_PERIOD_MS",
  "EFFECT_URL",
  "KUBERNETES_SERVICE_HOST",
  "KUBERNETES_SERVICE_PORT",
  "SERVICE_ACCOUNT_DIR",
];

/** Without these a replica would pass its gate by, act where nobody sees it, or keep another timing than it is judged by. */
export const fixedVariables: ReadonlySet<string> = new Set([
  "KUBECONFIG",
  "KUBE_API",
  "KUBERNETES_SERVICE_HOST",
  "KUBERNETES_SERVICE_PORT",
  "EFFECT_URL",
  "LEASE_DURATION_MS",
  "RENEW_DEADLINE_MS",
  "RETRY_PERIOD_MS",
]);

/** Where the clients of a pod look for their account's token, and the CA of their API. */
export const ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

export { kubeconfigText } from "./kubeconfig.ts";

const passedThrough = ["PATH", "HOME", "LANG", "TMPDIR"];

/**
 * A replica's whole environment: CONTRACT's variables and, of `ours`, only PATH, HOME, LANG and TMPDIR.
 * Without a declared renewDeadline RENEW_DEADLINE_MS is two thirds of the lease, as in client-go's defaults.
 */
export function replicaEnvironment(
  settings: ReplicaSettings,
  ours: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const { leaseDuration, renewDeadline, retryPeriod } = settings.timing;
  const passed = passedThrough.flatMap((name) => {
    const value = ours[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    KUBECONFIG: settings.kubeconfigPath,
    KUBE_API: settings.gateUrl,
    POD_NAME: settings.podName,
    POD_NAMESPACE: settings.namespace,
    POD_IP: settings.podIp,
    POD_UID: settings.podUid,
    ELECTION_NAME: settings.election,
    LEASE_DURATION_MS: String(leaseDuration),
    RENEW_DEADLINE_MS: String(renewDeadline ?? Math.round((leaseDuration * 2) / 3)),
    RETRY_PERIOD_MS: String(retryPeriod),
    EFFECT_URL: settings.effectUrl,
    ...(settings.inCluster && {
      KUBERNETES_SERVICE_HOST: settings.inCluster.host,
      KUBERNETES_SERVICE_PORT: String(settings.inCluster.port),
      SERVICE_ACCOUNT_DIR: settings.inCluster.accountFolder,
    }),
  };
}

const reference = /\$?\$\{([^}]*)\}/g;

/** The `${VAR}` of these words that a replica with `more` environment does not have. */
export function unknownVariables(argv: readonly string[], more: Readonly<Record<string, string>>): readonly string[] {
  const known = new Set(["HOSTNAME", ...harnessVariables, ...passedThrough, ...Object.keys(more)]);
  const named = argv.flatMap((word) => [...word.matchAll(reference)]).filter(([found]) => !found.startsWith("$$"));
  return named.map(([, name]) => name!).filter((name) => !known.has(name));
}

/** Fills `${VAR}` from `env`; a variable that is not there is an InputError. `$${VAR}` stays `${VAR}`. */
export function substitute(argv: readonly string[], env: Readonly<Record<string, string>>): string[] {
  return argv.map((word) =>
    word.replace(reference, (found, name: string) => {
      if (found.startsWith("$$")) return found.slice(1);
      const value = env[name];
      if (value !== undefined) return value;
      throw new InputError(
        `\${${name}} in "${word}" is no variable of a replica`,
        { field: "command" },
        `use one of ${Object.keys(env).join(", ")}, or add it under env`,
      );
    }),
  );
}
