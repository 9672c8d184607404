import type { Socket } from "node:net";
import { WebSocket, type Dispatcher } from "undici";

/** A port of a pod. */
export type Forwarded = { readonly namespace: string; readonly pod: string; readonly port: number };

/** Kubernetes' framing of websockets: the first byte of a message names its channel. */
const PROTOCOL = "v4.channel.k8s.io";
const DATA = 0;
/** What each channel says first: the port's number. */
const HEADER_BYTES = 2;
const PAYLOAD = 1;
/** A question is some hundred bytes; one that waits for its way in more than this (bytes) is let go. */
const MOST_WAITING = 64 * 1024;

/**
 * Joins a connection of this machine to a port of a pod, by the API server's port-forward: the pod's kubelet connects to
 * it from inside the pod, on loopback, so that neither the pods' network nor what is done to it lies between. What ends
 * one ends the other; a port that cannot be reached resets the connection.
 */
export function forward(
  socket: Socket,
  { namespace, pod, port }: Forwarded,
  { api, dispatcher }: { readonly api: string; readonly dispatcher: Dispatcher },
): void {
  const url = `${api.replace(/^http/, "ws")}/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
  const way = new WebSocket(url, { protocols: [PROTOCOL], dispatcher });
  way.binaryType = "arraybuffer";
  const begun = new Set<number>();
  let waiting: Buffer[] = [];
  const send = (chunk: Buffer): void => way.send(Buffer.concat([Buffer.of(DATA), chunk]));
  const cut = (): void => void socket.resetAndDestroy();
  const close = (): void => {
    if (way.readyState === WebSocket.OPEN || way.readyState === WebSocket.CONNECTING) way.close();
  };
  socket.on("error", close); // and "close" follows
  socket.once("close", close);
  socket.on("data", (chunk: Buffer) => {
    if (way.readyState === WebSocket.OPEN) return send(chunk);
    waiting.push(chunk);
    if (waiting.reduce((sum, { length }) => sum + length, 0) > MOST_WAITING) cut();
  });
  way.addEventListener("open", () => {
    if (socket.destroyed) return way.close();
    for (const chunk of waiting) send(chunk);
    waiting = [];
  });
  way.addEventListener("message", ({ data }: { readonly data: ArrayBuffer }) => {
    const message = Buffer.from(data);
    const channel = message[0]!;
    if (!begun.has(channel)) {
      begun.add(channel);
      if (message.length === PAYLOAD + HEADER_BYTES) return;
    }
    if (channel !== DATA) return cut(); // the kubelet's reason why it cannot be reached
    if (!socket.destroyed) socket.write(message.subarray(PAYLOAD));
  });
  way.addEventListener("error", cut);
  way.addEventListener("close", () => socket.end());
}
