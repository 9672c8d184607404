import { HarnessError } from "../../core/errors.ts";
import { substitute } from "../../electors/environment.ts";
import type { HomeOptions } from "../home.ts";
import { environmentOf } from "../launch.ts";
import type { Runtime } from "../runtime.ts";
import { accessOf, removeAccess, writeAccess } from "../service-account.ts";
import { startContainer } from "./container.ts";
import { watchEnds } from "./ends.ts";
import { findEngine, statusOf } from "./engine.ts";
import { watchLag } from "./lag.ts";
import { noteContainers } from "./mark.ts";
import { openNetwork } from "./network.ts";
import { openPlugs } from "./plug.ts";
import { removeContainers } from "./remains.ts";

/** Where a pod's service account lies in every cluster: clients find the API by it with no kubeconfig at all. */
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const KUBECONFIG = "/var/run/secrets/interregnum/kubeconfig";

/**
 * Runs the first container of each pod as a container of this machine's engine, in a network of the run's own. Disposing
 * removes all of them, and the network. HarnessError without an engine.
 */
export async function openContainers(home: HomeOptions, signal: AbortSignal): Promise<Runtime> {
  signal.throwIfAborted();
  const { container } = await findEngine();
  const engine = container.dockerode;
  let broken: HarnessError | undefined;
  const failed = (cause: unknown): void => {
    broken ??= new HarnessError("the container engine does not do what it is asked for", {
      cause,
      mend: "see what `docker info` and the engine's log say, and run again",
    });
  };
  await using stack = new AsyncDisposableStack();
  noteContainers(home.folder);
  stack.defer(async () => void (await removeContainers(engine, home.run)));
  const network = await openNetwork(engine, home.run);
  const lag = stack.use(watchLag(engine, failed));
  const ends = stack.use(watchEnds());
  const plugs = openPlugs(engine, home.run, network.name);
  let count = 0;
  const owned = stack.move();
  return {
    host: network.gateway,
    ours: {},
    address: network.address,
    equip(replica, credentials) {
      writeAccess(home.folder, replica, credentials, 0o644); // readable by whomever the image runs as
      return { kubeconfigPath: KUBECONFIG, accountFolder: ACCOUNT, env: {} };
    },
    strip: (replica) => removeAccess(home.folder, replica),
    async launch(of, given) {
      const env = environmentOf(of, given);
      return { argv: substitute(of.args ?? [], env), env, directory: "/", image: of.image ?? "" };
    },
    async start(options) {
      if (broken !== undefined) throw broken;
      const name = `${options.namespace}-${options.pod}-${(count += 1)}`;
      const { kubeconfigPath, accountFolder } = accessOf(home.folder, options);
      const mounts = [`${accountFolder}:${ACCOUNT}`, `${kubeconfigPath}:${KUBECONFIG}`];
      const around = { engine, run: home.run, network: network.name, lag, ends, plugs, mounts, name, failed };
      try {
        return await startContainer(options, around);
      } catch (error) {
        if (statusOf(error) === undefined) failed(error); // it was no refusal: the engine itself is in trouble
        throw error;
      }
    },
    unplug: (replica) => plugs.pull(replica, replica.address),
    failure: () => broken,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
