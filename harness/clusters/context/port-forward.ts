import { Agent, WebSocket } from "undici";
import { HarnessError } from "../../core/errors.ts";
import { connectOf } from "../apiserver/access.ts";
import type { KubeContext } from "./kubeconfig.ts";

/** A connection to a port of a pod, through the API server. */
export type Forwarded = {
  send(bytes: Buffer): void;
  close(): void;
};

/** Channels of one forwarded port, a byte before each message; the first message of each is the port's number. */
const DATA = 0;
const PORT_BYTES = 2;

export type Forwarder = AsyncDisposable & {
  /** Resolves once the API server has taken it up; whether the pod's port took it is seen by what comes. `closed` is called once. */
  open(
    place: { readonly namespace: string; readonly pod: string; readonly port: number },
    heard: (bytes: Buffer) => void,
    closed: () => void,
  ): Promise<Forwarded>;
};

/** Forwards ports by the API's WebSocket protocol. */
export function openForwarder({ url, access }: KubeContext): Forwarder {
  const dispatcher = new Agent({ allowH2: false, connect: connectOf(access) });
  return {
    async open({ namespace, pod, port }, heard, closed) {
      const path = `${url}/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
      const headers = (await access.headers?.()) ?? {};
      const socket = new WebSocket(path.replace(/^https/, "wss"), {
        protocols: ["v4.channel.k8s.io"],
        headers,
        dispatcher,
      });
      socket.binaryType = "arraybuffer";
      let first = true;
      socket.addEventListener("message", ({ data }) => {
        const message = Buffer.from(data as ArrayBuffer);
        if (message[0] !== DATA) return; // an error's text: the close after it is what counts
        const from = first ? 1 + PORT_BYTES : 1;
        first = false;
        if (message.length > from) heard(message.subarray(from));
      });
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let told = false;
      const end = (event: { readonly message?: string }): void => {
        const why = event.message ? `: ${event.message}` : "";
        reject(new HarnessError(`no port of ${pod} could be reached through the API server${why}`));
        if (!told) closed();
        told = true;
      };
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", (event) => end(event as { readonly message?: string }));
      socket.addEventListener("close", () => end({}));
      await promise;
      return {
        send: (bytes) => socket.send(Buffer.concat([Buffer.of(DATA), bytes])),
        close: () => socket.close(),
      };
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}
