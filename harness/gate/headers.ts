import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** Marks the harness's own questions: disturbed like any other call, neither recorded nor counted. */
export const ASK_HEADER = "x-interregnum-ask";

const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

// The upstream client sets these itself: the host is the upstream's, the length that of the body as it is forwarded,
// and a client that waits for `100 Continue` has got it from the gate.
const rewritten: ReadonlySet<string> = new Set(["host", "content-length", "expect", ASK_HEADER]);

/** Names that a Connection header declares to be for this hop only. */
function declared(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === "keep-alive" || connection === "close") return undefined;
  return new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
}

/** The end-to-end headers of a request, flat, as they came; `token` is added only where the client sent no credentials. */
export function forwardHeaders(
  raw: readonly string[],
  parsed: IncomingHttpHeaders,
  token: string | undefined,
): string[] {
  const only = declared(parsed.connection);
  const result: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!.toLowerCase();
    if (name.startsWith(":") || hopByHop.has(name) || rewritten.has(name) || only?.has(name)) continue;
    result.push(raw[index]!, raw[index + 1]!);
  }
  if (token !== undefined && parsed.authorization === undefined) result.push("authorization", `Bearer ${token}`);
  return result;
}

/** The end-to-end headers of an answer. */
export function answerHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const only = declared(headers.connection);
  const result: OutgoingHttpHeaders = {};
  for (const name in headers) if (!hopByHop.has(name) && !only?.has(name)) result[name] = headers[name];
  return result;
}
