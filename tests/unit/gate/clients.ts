import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { Pool } from "undici";
import type { Gate } from "../../../harness/gate/gate.ts";

export type Reply = { readonly status: number; readonly headers: Record<string, unknown>; readonly body: string };
export type Asked = {
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
};

/** A request under way: its reply, what has come of it so far, and the means to give it up. */
export type Pending = {
  readonly reply: Promise<Reply>;
  /** Resolves with the status when the answer's head has come. */
  readonly head: Promise<number>;
  /** Resolves when some bytes of the body have come. */
  readonly some: Promise<string>;
  hangUp(): void;
};

/** A real client that keeps its connection. */
export type Client = { send(path: string, asked?: Asked): Pending; [Symbol.dispose](): void };

function pending(hangUp: () => void) {
  const reply = Promise.withResolvers<Reply>();
  const head = Promise.withResolvers<number>();
  const some = Promise.withResolvers<string>();
  for (const each of [reply, head, some]) each.promise.catch(() => {}); // not every test looks at all of them
  return {
    outcome: { reply: reply.promise, head: head.promise, some: some.promise, hangUp } satisfies Pending,
    resolve: reply.resolve,
    head: head.resolve,
    some: some.resolve,
    reject(error: Error) {
      reply.reject(error);
      head.reject(error);
      some.reject(error);
    },
  };
}

function overHttp1(base: string, ca: string | undefined): Client {
  const agent = ca === undefined ? new http.Agent({ keepAlive: true }) : new https.Agent({ keepAlive: true, ca });
  const start = ca === undefined ? http.request : https.request;
  return {
    send(path, { method = "GET", body, headers = {} } = {}) {
      const request = start(base + path, { method, headers, agent }, (response) => {
        let text = "";
        state.head(response.statusCode!);
        response.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          state.some(text);
        });
        response.on("error", state.reject);
        response.on("end", () =>
          state.resolve({ status: response.statusCode!, headers: response.headers, body: text }),
        );
      });
      const state = pending(() => request.destroy());
      request.on("error", state.reject);
      request.end(body);
      return state.outcome;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function overHttp2(base: string, ca: string): Client {
  let session: http2.ClientHttp2Session | undefined;
  const connected = (): http2.ClientHttp2Session => {
    if (session === undefined || session.closed || session.destroyed) {
      session = http2.connect(base, { ca });
      session.on("error", () => {}); // its streams say it
    }
    return session;
  };
  return {
    send(path, { method = "GET", body, headers = {} } = {}) {
      const stream = connected().request(
        { ":path": path, ":method": method, ...headers },
        { endStream: body === undefined },
      );
      const state = pending(() => stream.close(http2.constants.NGHTTP2_CANCEL));
      let head: Record<string, unknown> | undefined;
      let text = "";
      stream.on("response", (received) => {
        head = { ...received };
        state.head(Number(received[":status"]));
      });
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        state.some(text);
      });
      stream.on("error", state.reject);
      stream.on("end", () => {
        if (head && stream.rstCode === 0) state.resolve({ status: Number(head[":status"]), headers: head, body: text });
      });
      stream.on("close", () => state.reject(new Error(`stream closed with ${stream.rstCode}`)));
      if (body !== undefined) stream.end(body);
      return state.outcome;
    },
    [Symbol.dispose]: () => session?.destroy(),
  };
}

function overUndici(base: string): Client {
  const pool = new Pool(base, { allowH2: false });
  return {
    send(path, { method = "GET", body = null, headers = {} } = {}) {
      const abort = new AbortController();
      const state = pending(() => abort.abort());
      const run = async (): Promise<void> => {
        const response = await pool.request({ path, method: method as "GET", body, headers, signal: abort.signal });
        let text = "";
        state.head(response.statusCode);
        for await (const chunk of response.body) {
          text += String(chunk);
          state.some(text);
        }
        state.resolve({ status: response.statusCode, headers: response.headers, body: text });
      };
      run().catch(state.reject);
      return state.outcome;
    },
    [Symbol.dispose]: () => void pool.destroy(),
  };
}

export const clients: readonly { readonly name: string; open(gate: Gate, ca: string): Client }[] = [
  { name: "plain HTTP/1.1 (node:http)", open: (gate) => overHttp1(gate.url, undefined) },
  { name: "plain HTTP/1.1 (undici)", open: (gate) => overUndici(gate.url) },
  { name: "TLS HTTP/1.1 (node:https)", open: (gate, ca) => overHttp1(gate.secureUrl, ca) },
  { name: "TLS HTTP/2 (node:http2)", open: (gate, ca) => overHttp2(gate.secureUrl, ca) },
];
