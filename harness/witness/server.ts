import { createServer, type Server, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { Bounds, Clock, Millis } from "../core/time.ts";
import { readAct } from "./act.ts";
import { watchArrivals } from "./arrivals.ts";
import { readBody } from "./body.ts";
import { openResource, type Resource } from "./resource.ts";

/** An act that reached the witness within its bounds, by the clock given. */
export type Heard = Bounds & {
  readonly path: string;
  /** Its connection was not there before this instant, but for those that wait to be accepted. */
  readonly opened: Millis;
  readonly token?: number;
  readonly accepted: boolean;
};

export type ActServer = {
  readonly port: number;
  /** Takes acts at this path from now on; those of one trial act upon one resource, fenced or not. */
  register(path: string, options: { readonly trial: number; readonly fencing: boolean }): void;
  /** What is posted to the trial's paths from now on is refused. */
  forget(trial: number): void;
};

export type ActServerOptions = {
  /** An address of this machine. */
  readonly host: string;
  /** `since()` is the earliest that anything seen now can have happened. */
  readonly clock: Clock & { since(): Millis };
  readonly heard: (act: Heard) => void;
  /** A request was no act. */
  readonly refused: () => void;
};

/**
 * Serves guarded work on a free port of `host`. A POST is an act, answered 200 {"accepted": true} or, fenced off,
 * 409 {"accepted": false}; what is no act gets 4xx and is not heard. A port that cannot be had is a HarnessError.
 */
export async function serveActs({ host, clock, heard, refused }: ActServerOptions): Promise<ActServer> {
  const actors = new Map<string, { readonly trial: number; readonly resource: Resource }>();
  const resources = new Map<number, Resource>();
  const arrivals = watchArrivals(clock);
  const openings = new WeakMap<Socket, Millis>();

  const refuse = (response: ServerResponse, status: number, why: string): void => {
    refused();
    answer(response, status, { error: why });
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url: path = "", socket } = request;
    const actor = actors.get(path);
    if (actor === undefined) return refuse(response, 404, "nobody is registered here");
    if (request.method !== "POST") return refuse(response, 405, "acts are POSTed");
    const body = await readBody(request);
    // Still in the callback that brought the last byte: only microtasks lie between.
    const since = arrivals.bound(socket, clock.since());
    if (body === "cut") return refused();
    if (body === "oversized") return refuse(response, 400, "an act is at most 64 KiB");
    const act = readAct(body.text);
    if (act === undefined) return refuse(response, 400, 'an act is empty or {"token": number}');
    const accepted = actor.resource.accepts(act);
    heard({ path, opened: openings.get(socket) ?? since, since, at: clock.now(), ...act, accepted });
    answer(response, accepted ? 200 : 409, { accepted });
  };

  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => void serve(request, response));
  server.on("connection", (socket) => {
    openings.set(socket, clock.since());
    arrivals.accepted(socket, clock.since());
  });
  server.on("error", refused); // a connection that could not be accepted; listen() reports its own
  server.on("clientError", (_error, socket) => {
    refused();
    socket.destroy();
  });
  const port = await listen(server, host);

  return {
    port,
    register(path, { trial, fencing }) {
      const resource = resources.get(trial) ?? openResource(fencing);
      resources.set(trial, resource);
      actors.set(path, { trial, resource });
    },
    forget(trial) {
      resources.delete(trial);
      for (const [path, actor] of actors) if (actor.trial === trial) actors.delete(path);
    },
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(new HarnessError(`the witness cannot listen on ${host}: ${messageOf(error)}`, { cause: error })),
    );
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}
