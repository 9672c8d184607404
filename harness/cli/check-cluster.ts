import { contextNames } from "../clusters/context/kubeconfig.ts";
import { InputError } from "../core/errors.ts";
import { homeNames } from "../runner/homes.ts";

/** InputError where neither a home nor a context of the user's kubeconfig goes by the name. */
export async function checkCluster(name: string): Promise<void> {
  if (homeNames.includes(name)) return;
  const contexts = await contextNames();
  if (contexts.includes(name)) return;
  const known = contexts.length === 0 ? "your kubeconfig has no context" : `your contexts are ${contexts.join(", ")}`;
  throw new InputError(
    `there is no cluster "${name}" here, and no context of that name`,
    { field: "--cluster" },
    `give ${homeNames.join(", ")}, or a context; ${known}`,
  );
}
