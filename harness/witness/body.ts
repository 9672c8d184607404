import type { IncomingMessage } from "node:http";

/** A request's body is read up to here (bytes). */
const LIMIT = 64 * 1024;

/** A whole body, or why there is none: longer than 64 KiB, or cut off by the client. Never rejects. */
export function readBody(request: IncomingMessage): Promise<{ readonly text: string } | "oversized" | "cut"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= LIMIT) chunks.push(chunk); // the rest is read and dropped, so that the client gets its answer
    });
    request.on("end", () => resolve(length > LIMIT ? "oversized" : { text: Buffer.concat(chunks).toString() }));
    request.on("error", () => resolve("cut"));
    request.on("close", () => resolve("cut"));
  });
}
