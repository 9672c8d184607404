import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { constants, type ServerHttp2Stream } from "node:http2";
import { reset, type Connection } from "./connection.ts";

const streamOf = (response: ServerResponse): ServerHttp2Stream | undefined =>
  (response as unknown as { readonly stream?: ServerHttp2Stream }).stream;

/** Calls back when the last byte has been handed to the client's socket, in either protocol version. */
export function whenDelivered(response: ServerResponse, delivered: () => void): void {
  // Of HTTP/2, Node's compatible response says "finish" of a broken stream too: only the stream itself knows.
  (streamOf(response) ?? response).once("finish", delivered);
}

/** A whole answer in one go. */
export function sendWhole(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body: Buffer): void {
  response.writeHead(status, headers);
  if (body.length === 0) response.end();
  else response.end(body);
}

/** The head of an answer whose body follows as it comes; flushed at once where it may be long in coming. */
export function beginStream(response: ServerResponse, status: number, headers: OutgoingHttpHeaders): void {
  response.writeHead(status, headers);
  if (headers["content-length"] === undefined) response.flushHeaders();
}

/** Cuts the client off without a byte: its stream where it has several on a connection, else its connection. */
export function cutOff(response: ServerResponse, connection: Connection): void {
  const stream = streamOf(response);
  // A code that no client takes for "try again elsewhere", as it may REFUSED_STREAM.
  if (stream) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else reset(connection);
}

/** The status that has been handed to the client; 0 when none was. */
export const handedStatus = (response: ServerResponse): number => (response.headersSent ? response.statusCode : 0);
