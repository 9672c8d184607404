import type { Socket } from "node:net";
import { frame, frameReader, type Frame, type Kind } from "./frames.ts";
import type { Destination } from "./words.ts";

/** Connections side by side on one carrier. */
export type Mux<Said> = {
  /** Bytes that came through the carrier. */
  received(chunk: Buffer): void;
  /** The other side connects to `to`; the socket and that connection are one from now on. Half-open sockets only. */
  open(socket: Socket, to: Destination): void;
  say(word: Said): void;
  /** The carrier is gone: every connection is reset. */
  close(): void;
};

/** The two sides number what they open: one even, the other odd. `dial` gives a half-open socket that is being connected. */
export function openMux<Said, Heard>(options: {
  readonly side: "even" | "odd";
  readonly send: (bytes: Buffer) => void;
  readonly dial: (to: Destination) => Socket;
  readonly heard: (word: Heard) => void;
  /** What is sent now came after this instant of our clock. */
  readonly now: () => number;
  /** A frame came that was sent at this instant of the other side's clock. */
  readonly arrived?: (sent: number) => void;
}): Mux<Said> {
  const { send, dial, heard, now, arrived } = options;
  const sockets = new Map<number, Socket>();
  const read = frameReader();
  let next = options.side === "even" ? 2 : 1;
  let over = false;
  const tell = (kind: Kind, channel: number, body?: Buffer | string): void => {
    if (!over) send(frame(kind, channel, now(), body));
  };
  const attach = (channel: number, socket: Socket): void => {
    sockets.set(channel, socket);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => tell("data", channel, chunk));
    socket.once("end", () => tell("end", channel));
    socket.on("error", () => {}); // told as its close
    socket.once("close", (broken) => {
      if (sockets.get(channel) !== socket) return; // the other side reset it
      sockets.delete(channel);
      if (broken || !socket.readableEnded) tell("reset", channel);
    });
  };
  const take = ({ kind, channel, body, sent }: Frame): void => {
    arrived?.(sent);
    const socket = sockets.get(channel);
    switch (kind) {
      case "open":
        return attach(channel, dial(JSON.parse(body.toString("utf8")) as Destination));
      case "data":
        return void socket?.write(body);
      case "end":
        return void socket?.end();
      case "reset":
        sockets.delete(channel);
        return void socket?.resetAndDestroy();
      case "word":
        return heard(JSON.parse(body.toString("utf8")) as Heard);
      default:
        throw kind satisfies never;
    }
  };
  return {
    received: (chunk) => read(chunk).forEach(take),
    open(socket, to) {
      const channel = next;
      next += 2;
      tell("open", channel, JSON.stringify(to));
      attach(channel, socket);
    },
    say: (word) => tell("word", 0, JSON.stringify(word)),
    close() {
      over = true;
      for (const socket of sockets.values()) socket.resetAndDestroy();
      sockets.clear();
    },
  };
}
