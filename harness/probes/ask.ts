import { request, type Agent, type IncomingMessage } from "node:http";
import { request as requestSecurely } from "node:https";

/** An answer longer than this (bytes) is none; a page of metrics is some hundred KiB. */
const LONGEST = 1024 * 1024;

export type Reply = { readonly status: number; readonly body: string };

/** One GET over the agent's connection, of https where the URL says so; rejects with a plain reason when no whole answer came, or the signal's. */
export async function ask(agent: Agent, url: string, signal: AbortSignal): Promise<Reply> {
  try {
    return await get(agent, url, signal);
  } catch (error) {
    // The server had closed the idle connection: nothing was asked yet.
    if (error instanceof StaleConnection) return get(agent, url, signal);
    throw error;
  }
}

class StaleConnection extends Error {}

function get(agent: Agent, url: string, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? requestSecurely : request;
    const sent = send(url, { agent, signal }, (response) => collect(response, resolve, reject));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const stale = sent.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(stale ? new StaleConnection(error.message) : error);
    });
    sent.end();
  });
}

function collect(response: IncomingMessage, resolve: (reply: Reply) => void, reject: (error: Error) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST) response.destroy(new Error(`an answer of more than ${LONGEST} bytes`));
  });
  response.on("error", reject);
  response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
}
