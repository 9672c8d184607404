import type { ActiveDisturbance, Disturbance } from "../core/disturbance.ts";
import type { Incarnation, Recorder } from "../core/events.ts";
import type { Certificate } from "./certificate.ts";
import type { Connection } from "./connection.ts";
import { disturbancesOn } from "./disturbances.ts";
import { Exchange, type Surroundings } from "./exchange.ts";
import { listen } from "./listen.ts";
import type { LockObject } from "./lock-object.ts";
import { openUpstream, type UpstreamTls } from "./upstream.ts";

export { issueCertificate, type Certificate } from "./certificate.ts";
export { ASK_HEADER } from "./headers.ts";

export type GateOptions = {
  /** Where the API is: http(s)://host:port. */
  readonly upstream: string;
  /** Which process is behind the gate now; asked at each call. */
  readonly who: () => Incarnation;
  readonly recorder: Recorder;
  readonly lock: LockObject;
  readonly certificate: Certificate;
  /** The address of this machine that it listens on, loopback unless told; the certificate has to name it. */
  readonly host?: string;
  readonly upstreamTls?: UpstreamTls;
};

/** A replica's own way to the API: every call through it is recorded, and may be disturbed. */
export interface Gate extends AsyncDisposable {
  readonly port: number;
  /** `http://host:port`. */
  readonly url: string;
  /** The same port over TLS (h2, http/1.1). */
  readonly secureUrl: string;
  /** `fault` is the id that disturbed calls carry in the history. */
  disturb(disturbance: Disturbance, fault: string): ActiveDisturbance;
}

const LOOPBACK = "127.0.0.1";

/** Opens a gate on a free port of its host; throws HarnessError when there is none. Disposing it cuts everything. */
export async function openGate(options: GateOptions): Promise<Gate> {
  const { host = LOOPBACK } = options;
  const upstream = openUpstream(options.upstream, options.upstreamTls);
  const open = new Set<Exchange>();
  const live = new Set<Connection>();
  const disturbances = disturbancesOn(live, () => [...open].filter((exchange) => exchange.watching));
  let calls = 0;
  const surroundings: Surroundings = {
    upstream,
    token: options.upstreamTls?.token,
    disturbances,
    lock: options.lock,
    recorder: options.recorder,
    who: options.who,
    open,
    nextCall: () => ++calls,
    last: { read: false },
  };
  const listener = await listen(
    options.certificate,
    live,
    (connection) => disturbances.admit(connection),
    (request, response, connection) => void new Exchange(surroundings, request, response, connection),
    host,
  );
  return {
    port: listener.port,
    url: `http://${host}:${listener.port}`,
    secureUrl: `https://${host}:${listener.port}`,
    disturb: (disturbance, fault) => disturbances.add(disturbance, fault),
    async [Symbol.asyncDispose]() {
      for (const exchange of open) exchange.abandon();
      await listener[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}
