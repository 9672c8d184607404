import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A request as the API saw it. */
export type Seen = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  readonly response: ServerResponse;
  /** Answers with JSON; a Lease that names `holder` at `version` where nothing else is given. */
  answer(body?: unknown, status?: number, headers?: Record<string, string>): void;
};

export const lease = (holder: string, version: string): Record<string, unknown> => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "lock", namespace: "arena", resourceVersion: version },
  spec: { holderIdentity: holder, leaseDurationSeconds: 15, leaseTransitions: 1 },
});

/** A real HTTP server whose answers the test gives: at once by default, by hand while `held`. */
export async function openUpstream(tls?: { readonly cert: string; readonly key: string }, port = 0) {
  const seen: Seen[] = [];
  const waiting: (() => void)[] = [];
  let held = false;
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    response.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one: Seen = {
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks),
        response,
        answer(body = lease("demo-1", "8"), status = 200, headers = {}) {
          const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
          response.writeHead(status, {
            "content-type": "application/json",
            "content-length": bytes.length,
            ...headers,
          });
          response.end(bytes);
        },
      };
      seen.push(one);
      for (const wake of waiting.splice(0)) wake();
      if (!held && !one.url.includes("watch=")) one.answer();
    });
  };
  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const url = `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    /** From now on answers are given by hand. */
    hold: () => void (held = true),
    unhold: () => void (held = false),
    /** The n-th request (from 1), once it has arrived whole. */
    async nth(count: number): Promise<Seen> {
      while (seen.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      return seen[count - 1]!;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
