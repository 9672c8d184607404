import { isIP } from "node:net";
import type { Readable } from "node:stream";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { Pool, type Dispatcher } from "undici";
import { HarnessError, messageOf } from "../core/errors.ts";

/** How to reach the API behind the gate; PEM texts. */
export type UpstreamTls = {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  /** What its certificate is for, where that is not the host of its URL. */
  readonly servername?: string;
  /** Its certificate is not looked at. */
  readonly insecure?: boolean;
};

/** A request as it is passed on. */
export type Outgoing = {
  readonly method: string;
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer | Readable | null;
};

/** One keep-alive pool to the API: as many connections as calls are under way, no timeouts of its own. */
export type Upstream = {
  forward(request: Outgoing, handler: Dispatcher.DispatchHandler): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** An address is no server name of TLS, but certificates are issued for addresses too. */
const namedAs = (name: string) =>
  isIP(name) === 0
    ? { servername: name }
    : { checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate) };

export function openUpstream(url: string, tls: UpstreamTls | undefined): Upstream {
  let origin: string;
  let below: string;
  try {
    origin = new URL(url).origin;
    below = new URL(url).pathname.replace(/\/+$/, "");
  } catch (cause) {
    throw new HarnessError(`the API's address is no URL: ${url}: ${messageOf(cause)}`, {
      cause,
      mend: "give http://host:port or https://host:port",
    });
  }
  const pool = new Pool(origin, {
    allowH2: false,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    // What a server announces is cut by this much, so that no call meets the server's own closing of the connection.
    keepAliveTimeoutThreshold: 2000,
    connect: {
      ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
      ...(tls?.key === undefined ? {} : { key: tls.key }),
      ...(tls?.servername === undefined ? {} : namedAs(tls.servername)),
      ...(tls?.insecure === true ? { rejectUnauthorized: false } : {}),
    },
  });
  return {
    forward: (request, handler) => void pool.dispatch({ ...request, path: `${below}${request.path}` }, handler),
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}
