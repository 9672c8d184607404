import type { Place } from "../runtime.ts";
import { type Engine, LABEL, statusOf } from "./engine.ts";

export const POD_LABEL = "interregnum.pod";
export const podLabel = ({ namespace, pod }: Place): string => `${namespace}/${pod}`;

/** The network plugs of a run's containers. */
export type Plugs = {
  /** Takes the pod's containers out of the network, those that are started later too; what it returns puts them back. */
  pull(pod: Place, address: string): Promise<() => Promise<void>>;
  /** To be called between a container's creation and its start. */
  created(pod: Place, container: string): Promise<void>;
};

/** Connects and disconnects by the engine: a container keeps its address and its sockets, and has no device meanwhile. */
export function openPlugs(engine: Engine, run: string, network: string): Plugs {
  const pulled = new Set<string>();
  const containersOf = async (pod: Place): Promise<readonly string[]> => {
    const filters = { label: [`${LABEL}=${run}`, `${POD_LABEL}=${podLabel(pod)}`] };
    return (await engine.listContainers({ all: true, filters })).map(({ Id }) => Id);
  };
  const pull = async (container: string): Promise<void> =>
    unless([403, 404], engine.getNetwork(network).disconnect({ Container: container }));
  return {
    async pull(pod, address) {
      pulled.add(podLabel(pod));
      const put = async (): Promise<void> => {
        pulled.delete(podLabel(pod));
        const endpoint = { IPAMConfig: { IPv4Address: address } };
        for (const Container of await containersOf(pod))
          await unless([403, 404], engine.getNetwork(network).connect({ Container, EndpointConfig: endpoint }));
      };
      try {
        await Promise.all((await containersOf(pod)).map(pull));
      } catch (error) {
        await put();
        throw error;
      }
      return put;
    },
    async created(pod, container) {
      if (pulled.has(podLabel(pod))) await pull(container);
    },
  };
}

/** A container that is gone, or has the plug as it is wanted, is no trouble. */
async function unless(statuses: readonly number[], act: Promise<unknown>): Promise<void> {
  try {
    await act;
  } catch (error) {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error;
  }
}
