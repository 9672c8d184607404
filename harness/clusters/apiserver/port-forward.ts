import { Agent, WebSocket } from "undici";
import { HarnessError } from "../../core/errors.ts";
import { connectOf, type Access } from "./access.ts";

/** A port of a pod. */
export type PodPort = { readonly namespace: string; readonly pod: string; readonly port: number };

/** A connection to a port of a pod, through the API server. */
export type Forwarded = {
  send(bytes: Buffer): void;
  close(): void;
};

export type Forwarder = AsyncDisposable & {
  /**
   * Resolves once the API server has taken it up; whether the pod's port took it is seen by what comes. `closed` is called
   * once: `refused` where the kubelet could not reach the port.
   */
  open(place: PodPort, heard: (bytes: Buffer) => void, closed: (refused: boolean) => void): Promise<Forwarded>;
};

/** Kubernetes' framing of websockets: the first byte of a message names its channel. */
const PROTOCOL = "v4.channel.k8s.io";
const DATA = 0;
/** What each channel says first: the port's number. */
const PORT_BYTES = 2;
const PAYLOAD = 1;

/**
 * Forwards ports by the API's websocket protocol: the pod's kubelet connects to them from inside the pod, on loopback, so
 * that neither the pods' network nor what is done to it lies between.
 */
export function openForwarder(url: string, access: Access): Forwarder {
  const dispatcher = new Agent({ allowH2: false, connect: connectOf(access) });
  return {
    async open({ namespace, pod, port }, heard, closed) {
      const path = `${url}/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
      const headers = (await access.headers?.()) ?? {};
      const way = new WebSocket(path.replace(/^http/, "ws"), { protocols: [PROTOCOL], headers, dispatcher });
      way.binaryType = "arraybuffer";
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let told = false;
      const end = (refused: boolean, why = ""): void => {
        reject(new HarnessError(`no port of ${pod} could be reached through the API server${why && `: ${why}`}`));
        if (!told) closed(refused);
        told = true;
      };
      const begun = new Set<number>();
      way.addEventListener("message", ({ data }: { readonly data: ArrayBuffer }) => {
        const message = Buffer.from(data);
        const channel = message[0]!;
        const opening = !begun.has(channel);
        begun.add(channel);
        const bytes = message.subarray(opening ? PAYLOAD + PORT_BYTES : PAYLOAD);
        if (bytes.length === 0) return;
        if (channel === DATA) return heard(bytes);
        end(true, bytes.toString("utf8")); // the kubelet's reason why it cannot be reached
        way.close();
      });
      way.addEventListener("open", () => resolve());
      way.addEventListener("error", (event) => end(true, (event as { readonly message?: string }).message));
      way.addEventListener("close", () => end(false));
      await promise;
      return {
        send: (bytes) => way.send(Buffer.concat([Buffer.of(DATA), bytes])),
        close: () => way.close(),
      };
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}
