import { delimiter } from "node:path";
import { HarnessError } from "../../core/errors.ts";
import { builtPrograms } from "./built.ts";
import { programOf } from "../../electors/programs.ts";

/** The programs of a real control plane. */
export const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;
export type Program = (typeof PROGRAMS)[number];

/** How a machine gets them; `doctor` says the same. */
export const MEND =
  "set KUBEBUILDER_ASSETS to the folder that holds them, or put them on PATH, or build them: npm run build:kube";

export type Found = { readonly [name in Program]: string | undefined };

type Environment = Readonly<Record<string, string | undefined>>;

async function findIn(path: string): Promise<Found> {
  const entries = await Promise.all(PROGRAMS.map(async (name) => [name, await programOf(name, ".", path)] as const));
  return Object.fromEntries(entries) as Found;
}

/**
 * Where each program is: in the folder that KUBEBUILDER_ASSETS names (envtest's variable), else on PATH, else where
 * `npm run build:kube` left it (`built`).
 */
export async function findPrograms(env: Environment = process.env, built = builtPrograms): Promise<Found> {
  const path = [env["KUBEBUILDER_ASSETS"], env["PATH"]].filter(Boolean).join(delimiter);
  const found = await findIn(path);
  if (Object.values(found).every((program) => program !== undefined)) return found;
  const folder = await built();
  return folder === undefined ? found : findIn([path, folder].filter(Boolean).join(delimiter));
}

/** The same, where all are needed; HarnessError names those that are missing. */
export async function needPrograms(
  env: Environment = process.env,
  built = builtPrograms,
): Promise<{ readonly [name in Program]: string }> {
  const found = await findPrograms(env, built);
  const missing = PROGRAMS.filter((name) => found[name] === undefined);
  if (missing.length > 0)
    throw new HarnessError(`the cluster apiserver needs ${missing.join(", ")}, and this machine has none`, {
      mend: `${MEND}; or use --cluster embedded`,
    });
  return found as { readonly [name in Program]: string };
}
