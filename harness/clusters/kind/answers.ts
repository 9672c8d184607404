import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent, request } from "undici";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { connectOf, type Access } from "../apiserver/access.ts";

/** A pod's port, asked at an address of this machine. */
export type Asked = {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  readonly address: string;
};

export type Answers = AsyncDisposable & {
  /** Opens the pod's port at `address` of this machine; HarnessError when it cannot listen there. */
  open(asked: Asked): Promise<void>;
};

/** What the API server says by itself when a pod does not answer. */
const UNANSWERED = new Set([502, 503, 504]);
/** The API server gives a pod up so late (ms); who asks gave up before. */
const GIVEN_UP = 5000;

/**
 * Passes questions to pods on through the API server, on connections of their own. What a pod does not answer is cut
 * off, so that whoever asks learns what he would of the pod itself.
 */
export function openAnswers(api: string, access: Access): Answers {
  const dispatcher = new Agent({
    allowH2: false,
    pipelining: 1,
    headersTimeout: GIVEN_UP,
    bodyTimeout: GIVEN_UP,
    connect: connectOf(access),
  });
  const servers = new AsyncDisposableStack();
  const pass = async ({ namespace, pod, port }: Asked, question: IncomingMessage, answer: ServerResponse) => {
    const gone = new AbortController();
    answer.once("close", () => gone.abort());
    try {
      const url = `${api}/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy${question.url ?? "/"}`;
      const reply = await request(url, { dispatcher, signal: gone.signal, headers: (await access.headers?.()) ?? {} });
      const body = Buffer.from(await reply.body.arrayBuffer());
      if (UNANSWERED.has(reply.statusCode)) throw new Error(body.toString("utf8"));
      answer.writeHead(reply.statusCode, { "content-length": body.length });
      answer.end(body);
    } catch {
      answer.destroy(); // no answer: that is what is told
    }
  };
  return {
    async open(asked) {
      const server = createServer({ keepAliveTimeout: 0 }, (question, answer) => void pass(asked, question, answer));
      await new Promise<void>((resolve, reject) => {
        server.once("error", (cause) =>
          reject(new HarnessError(`nobody can ask ${asked.pod} at ${asked.address}: ${messageOf(cause)}`, { cause })),
        );
        server.listen(asked.port, asked.address, resolve);
      });
      servers.defer(async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      });
    },
    async [Symbol.asyncDispose]() {
      await servers.disposeAsync();
      await dispatcher.destroy();
    },
  };
}
