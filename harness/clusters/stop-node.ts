import type { Cluster } from "../core/cluster.ts";
import { millis, type Time } from "../core/time.ts";
import type { Kubelet } from "./kubelet.ts";

/** How often processes are looked for, in ms. */
const LOOK_EVERY = millis(10);

/** Takes the power of a virtual node: its lease is renewed no more, and its pods' processes are killed until it is back. */
export const nodeStopper =
  (kubelet: Kubelet, beat: (node: string, beats: boolean) => void, time: Time): NonNullable<Cluster["stopNode"]> =>
  async (node, signal) => {
    signal.throwIfAborted();
    const there = () => kubelet.workers().filter(({ pod }) => pod.spec.nodeName === node);
    beat(node, false);
    const powerOn = kubelet.powerOff(node);
    const start = async (within: AbortSignal): Promise<void> => {
      beat(node, true);
      powerOn();
      while (!there().every((worker) => worker.ready || worker.terminating)) await time.sleep(LOOK_EVERY, within);
    };
    try {
      while (there().some((worker) => worker.alive)) await time.sleep(LOOK_EVERY, signal);
    } catch (error) {
      beat(node, true);
      powerOn();
      throw error;
    }
    return { words: `the processes of the node ${node} were killed, and its lease is not renewed`, start };
  };
