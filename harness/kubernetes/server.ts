import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HarnessError, messageOf } from "../core/errors.ts";
import { ApiError, internal, noSuchResource } from "./errors.ts";
import { AGGREGATED_TYPE, discovery, isBelowServed, wantsAggregated } from "./http/discovery.ts";
import { negotiate, negotiateStatus } from "./http/negotiate.ts";
import { serveObjects } from "./http/objects.ts";
import { failure, send, warningHeader } from "./http/reply.ts";
import { routeOf } from "./http/route.ts";
import { serveWatch } from "./http/watch.ts";
import type { Store } from "./store.ts";

export interface ApiServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  readonly port: number;
}

export type ApiOptions = {
  /** Loopback by default. */
  readonly host?: string;
  /** A free one by default. */
  readonly port?: number;
  /** How often a watch that allows it is sent a bookmark, in ms; 60,000 by default, about what the real API does. */
  readonly bookmarkEvery?: number;
};

/** Largest request body, in bytes: the real API's limit. */
const LARGEST_BODY = 3 * 1024 * 1024;

const tooLarge = (): ApiError =>
  new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${LARGEST_BODY}`);

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function serveDiscovery(path: string, request: IncomingMessage, response: ServerResponse): void {
  // With a slash at its end the list of groups is always the plain one.
  const aggregate = path !== "/apis/" && wantsAggregated(request.headers.accept);
  const found = discovery(path.length > 1 ? path.replace(/\/$/, "") : path, aggregate);
  if (found === undefined) {
    if (isBelowServed(path)) throw noSuchResource();
    send(response, { status: 404, text: "404 page not found\n" });
  } else if ("text" in found) {
    send(response, { status: 200, text: found.text });
  } else {
    const body = JSON.stringify(found.json);
    const type = found.aggregated ? AGGREGATED_TYPE : "application/json";
    response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body) });
    response.end(body);
  }
}

function pathOf(url: URL): string {
  try {
    decodeURIComponent(url.pathname);
    return url.pathname;
  } catch {
    throw new ApiError(400, "BadRequest", "the path is not well encoded");
  }
}

type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the client is told beside the answer. */
  readonly warnings: string[];
};

async function serve(store: Store, options: ApiOptions, { request, response, warnings }: Exchange): Promise<void> {
  const url = new URL(request.url ?? "/", "http://api");
  const path = pathOf(url);
  const query = url.searchParams;
  const method = request.method ?? "GET";
  const route = routeOf(method, path, query);
  if (route === undefined) return serveDiscovery(path, request, response);
  const { deprecated } = route.resource;
  if (deprecated !== undefined) warnings.push(deprecated);
  if (route.verb === "watch") {
    const { apiVersion, kind } = route.resource;
    const format = negotiate(request.headers.accept, apiVersion, kind, "watch");
    if (deprecated !== undefined) response.setHeader("warning", warningHeader(warnings));
    const bookmarkEvery = options.bookmarkEvery ?? 60_000;
    return serveWatch({ store, route, query, format, response, bookmarkEvery });
  }
  const bytes = method === "GET" ? Buffer.alloc(0) : await readBody(request);
  // From here to the answer nothing waits: the commit and what is said of it are one turn.
  const body = { type: request.headers["content-type"], bytes };
  send(response, serveObjects({ store, route, query, headers: request.headers, body, warnings }), warnings);
}

function refuse(error: unknown, { request, response, warnings }: Exchange): void {
  if (response.headersSent || request.socket.destroyed) {
    response.destroy();
    return;
  }
  const known = error instanceof ApiError ? error : internal(messageOf(error));
  // Who cannot read the answer, or sends no kind of patch, is told so before anything is looked at.
  const early = known.code === 406 || known.message.startsWith("415:");
  send(response, failure(known, negotiateStatus(request.headers.accept)), early ? [] : warnings);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new HarnessError(`the embedded API cannot listen on ${host}:${port}: ${messageOf(cause)}`, {
          cause,
          mend: "free the port, or let the system choose one",
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}

/** Serves a store over HTTP/1.1 with keep-alive; disposing cuts every connection. */
export async function serveApi(store: Store, options: ApiOptions = {}): Promise<ApiServer> {
  const host = options.host ?? "127.0.0.1";
  const server = createServer({ keepAliveTimeout: 120_000, noDelay: true }, (request, response) => {
    const exchange: Exchange = { request, response, warnings: [] };
    serve(store, options, exchange).catch((error: unknown) => refuse(error, exchange));
  });
  await listen(server, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
