import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createSecureServer, type ServerHttp2Session } from "node:http2";
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { Certificate } from "./certificate.ts";
import type { Connection } from "./connection.ts";
import { connectionOf, type SocketConnection } from "./socket-connection.ts";

/** Serves one request; those of HTTP/2 come in Node's compatible form. */
export type Serve = (request: IncomingMessage, response: ServerResponse, connection: Connection) => void;

export type Listener = {
  readonly port: number;
  /** Resets every connection and frees the port. */
  [Symbol.asyncDispose](): Promise<void>;
};

const TLS_HANDSHAKE = 0x16; // first byte of a TLS record that carries a ClientHello

const peerOf = (socket: Socket): string => `${socket.remoteAddress}|${socket.remotePort}`;

/**
 * Listens on a free port of `host`, an address of this machine, for plain HTTP and for TLS (h2, http/1.1), told apart by a connection's
 * first byte; keeps `live` the set of its open connections.
 */
export async function listen(
  certificate: Certificate,
  live: Set<Connection>,
  admit: (connection: Connection) => boolean,
  serve: Serve,
  host: string,
): Promise<Listener> {
  const byPeer = new Map<string, SocketConnection>();
  const byCarrier = new WeakMap<object, Connection>(); // socket, TLS socket or HTTP/2 session → connection

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const session = (request as unknown as { readonly stream?: { readonly session?: ServerHttp2Session } }).stream
      ?.session;
    const carrier = session ?? (request.httpVersionMajor === 2 ? undefined : request.socket);
    const connection = carrier && byCarrier.get(carrier);
    if (connection) serve(request, response, connection);
    else response.destroy(); // its connection is gone before it could be served
  };

  const plain = createServer({ keepAliveTimeout: 0, noDelay: true }, handle);
  plain.on("clientError", (_, socket) => socket.destroy());
  const secure = createSecureServer({
    allowHTTP1: true,
    cert: certificate.cert,
    key: certificate.key,
  });
  secure.on("request", handle as never);
  secure.on("secureConnection", (socket: TLSSocket) => {
    const connection = byPeer.get(peerOf(socket));
    if (!connection) return void socket.destroy();
    connection.secure = socket;
    byCarrier.set(socket, connection);
  });
  secure.on("session", (session) => {
    const connection = byPeer.get(peerOf(session.socket));
    if (connection) byCarrier.set(session, connection);
    session.on("error", () => session.destroy());
  });
  secure.on("tlsClientError", (_, socket) => socket.destroy());
  secure.on("clientError" as never, ((_: Error, socket: Socket) => socket.destroy()) as never);
  secure.on("sessionError", () => {}); // the session is destroyed by then; calls see their streams close

  const dispatch = (connection: SocketConnection): void => {
    const { socket } = connection;
    socket.once("data", (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      if (first[0] !== TLS_HANDSHAKE) byCarrier.set(socket, connection);
      (first[0] === TLS_HANDSHAKE ? secure : plain).emit("connection", socket);
      process.nextTick(() => connection.frozen === undefined && socket.resume());
    });
  };

  const server = createTcpServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    const connection = connectionOf(socket);
    const peer = peerOf(socket);
    live.add(connection);
    byPeer.set(peer, connection);
    socket.on("error", () => {}); // whatever the client did to its connection is seen as its close
    socket.once("close", () => {
      live.delete(connection);
      if (byPeer.get(peer) === connection) byPeer.delete(peer);
    });
    if (!admit(connection)) return;
    dispatch(connection);
    socket.resume();
  });

  await new Promise<void>((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(new HarnessError(`a gate cannot listen: ${messageOf(cause)}`, { cause, mend: `free ports of ${host}` }));
    server.once("error", failed);
    server.listen({ host, port: 0, backlog: 511 }, () => {
      server.off("error", failed);
      server.on("error", () => {}); // a connection that could not be accepted (no descriptors): its client sees it
      resolve();
    });
  });

  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of live) connection.reset();
      await closed;
    },
  };
}
