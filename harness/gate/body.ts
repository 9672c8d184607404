import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";

/** Bodies up to here are read whole; longer ones are passed on as they come, and nothing is read from them. */
export const BODY_LIMIT = 1024 * 1024;

/** Whether a request of either protocol version announces a body. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  if (request.httpVersionMajor === 2) {
    const stream = (request as unknown as { readonly stream?: { readonly endAfterHeaders?: boolean } }).stream;
    return stream?.endAfterHeaders !== true;
  }
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Calls back once with the whole body, or with a stream of it when it is longer than the limit; never when it breaks off. */
export function readBody(request: IncomingMessage, done: (body: Buffer | Readable) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const onEnd = (): void => done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= BODY_LIMIT) return;
    request.off("data", onData).off("end", onEnd);
    const rest = new PassThrough();
    for (const seen of chunks) rest.write(seen);
    request.pipe(rest);
    request.once("close", () => {
      if (!request.complete) rest.destroy(new Error("the client broke off its request"));
    });
    rest.on("error", () => {}); // said to whoever forwards it; an unforwarded rest has nobody to tell
    done(rest);
  };
  request.on("data", onData).once("end", onEnd);
}
