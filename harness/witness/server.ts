import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { Incarnation, Recorder } from "../core/events.ts";
import { readAct } from "./act.ts";
import { watchArrivals, type Arrivals } from "./arrivals.ts";
import { readBody } from "./body.ts";
import { openResource, type Resource } from "./resource.ts";

export type Registration = {
  /** The replica's present incarnation; asked once per connection, which belongs to one process. */
  readonly incarnation: () => number;
  /** One recorder is one trial: the replicas that share it act upon one resource. All share the run's clock. */
  readonly recorder: Recorder;
  /** Whether the resource refuses a token below the highest one that it accepted. */
  readonly fencing: boolean;
};

export type Witness = AsyncDisposable & {
  /** The URL to which this replica of the recorder's trial posts its acts. */
  register(replica: string, registration: Registration): string;
  /** The recorder's trial is over: what its replicas post from now on is refused. */
  forget(recorder: Recorder): void;
  /** Requests that were no act: garbage, oversized, of another method, to nowhere. */
  refused(): number;
};

type Actor = {
  readonly replica: string;
  readonly resource: Resource;
  incarnationOf(socket: Socket): Incarnation;
};

/**
 * Opens the server that guarded work reaches: one per run, on loopback. A POST is an act, answered 200
 * {"accepted": true} or, fenced off, 409 {"accepted": false}; what is no act gets 4xx and leaves no event. The url
 * stays valid until its trial is forgotten. A port that cannot be had is a HarnessError.
 */
export async function openWitness(): Promise<Witness> {
  const actors = new Map<string, Actor>();
  const resources = new WeakMap<Recorder, Resource>();
  let clock: Recorder | undefined;
  let arrivals: Arrivals | undefined;
  let refused = 0;
  let count = 0;

  const refuse = (response: ServerResponse, status: number, why: string): void => {
    refused += 1;
    answer(response, status, { error: why });
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const actor = actors.get(request.url ?? "");
    if (actor === undefined) return refuse(response, 404, "nobody is registered here");
    if (request.method !== "POST") return refuse(response, 405, "acts are POSTed");
    const who = actor.incarnationOf(request.socket);
    const body = await readBody(request);
    // Still in the callback that brought the last byte: only microtasks lie between.
    const { recorder } = actor.resource;
    const since = arrivals?.bound(request.socket, recorder.since()) ?? recorder.since();
    if (body === "cut") return void (refused += 1);
    if (body === "oversized") return refuse(response, 400, "an act is at most 64 KiB");
    const act = readAct(body.text);
    if (act === undefined) return refuse(response, 400, 'an act is empty or {"token": number}');
    const accepted = actor.resource.act(who, act, since);
    answer(response, accepted ? 200 : 409, { accepted });
  };

  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => void serve(request, response));
  server.on("connection", (socket) => {
    if (clock !== undefined) arrivals?.accepted(socket, clock.since());
  });
  server.on("error", () => (refused += 1)); // a connection that could not be accepted; listen() reports its own
  server.on("clientError", (_error, socket) => {
    refused += 1;
    socket.destroy();
  });
  const port = await listen(server);

  return {
    refused: () => refused,
    register(replica, { incarnation, recorder, fencing }) {
      clock ??= recorder;
      arrivals ??= watchArrivals(recorder);
      const resource = resources.get(recorder) ?? openResource(recorder, fencing);
      resources.set(recorder, resource);
      const path = `/acts/${(count += 1)}/${encodeURIComponent(replica)}`;
      actors.set(path, { replica, resource, incarnationOf: perConnection(replica, incarnation) });
      return `http://127.0.0.1:${port}${path}`;
    },
    forget(recorder) {
      for (const [path, { resource }] of actors) if (resource.recorder === recorder) actors.delete(path);
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A connection speaks for the process that opened it, also when its last request is read after a restart. */
function perConnection(replica: string, incarnation: () => number): (socket: Socket) => Incarnation {
  const known = new WeakMap<Socket, Incarnation>();
  return (socket) => {
    const who = known.get(socket) ?? { replica, incarnation: incarnation() };
    known.set(socket, who);
    return who;
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(new HarnessError(`the witness cannot listen on 127.0.0.1: ${messageOf(error)}`, { cause: error })),
    );
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
