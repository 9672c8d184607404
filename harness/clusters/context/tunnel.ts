import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { millis, type Bounds, type Clock } from "../../core/time.ts";
import { delayMeter } from "./delay.ts";
import { offsetMeter } from "./offset.ts";
import type { Forwarded, Forwarder } from "../apiserver/port-forward.ts";
import { openMux, type Mux } from "./relay/mux.ts";
import { PORTS, type Destination, type Order, type Word } from "./relay/words.ts";

/** The harness's end of the way to one pod's relay. */
export type Tunnel = {
  /** False when there is nobody at the other end. */
  order(order: Order): boolean;
  /** The socket and a connection to that port of the pod are one from now on. */
  open(socket: Socket, port: number): void;
  /** When an instant of the node's wall clock (ms since 1970) was. */
  wall(at: number): Bounds;
  /** How long what was on its way to the pod at `at`, and what came of it, may have been, in ms. */
  delay(at: number): number;
  /** How long what came from the pod within [since, at] was on its way, in ms. */
  late(since: number, at: number): number;
  close(): void;
};

/** How often the clocks are compared, and a lost way is tried again, in ms. */
const ASK_EVERY = 100;
const AGAIN_AFTER = 200;
/** Of so many comparisons one is told as a measure. */
const MEASURED_EACH = 10;
/** Comparisons of so long ago (ms) count for a monotonic clock, and for one that may be set. */
const MONOTONIC_SPAN = 10_000;
const WALL_SPAN = 3000;
/** From us to whom it is for it takes no longer than this, in ms: a socket of loopback, whose reader's own waits are told apart. */
const HANDED_ON_WITHIN = 250;
/** Date.now() shows whole milliseconds. */
const WALL_PRECISION = 1;

/**
 * Keeps a way open to the relay of a pod until it is closed; a way that broke is opened again, its connections are lost.
 * `heard` is given what the relay tells, with a translation of its clock.
 */
export function openTunnel(options: {
  readonly forwarder: Forwarder;
  readonly namespace: string;
  readonly pod: string;
  readonly clock: Clock;
  readonly dial: (to: Destination) => Socket;
  /** A round trip to the relay took so long, in ms; told once a second. */
  readonly measured: (ms: number) => void;
  /** Why no way is open yet, or any more; the next try follows. */
  readonly unreached: (why: unknown) => void;
  readonly heard: (word: Exclude<Word, { type: "pong" | "hello" }>, when: (mono: number) => Bounds) => void;
}): Tunnel {
  const { forwarder, namespace, pod, clock, dial, measured, unreached, heard } = options;
  const [mono, wall] = [offsetMeter(MONOTONIC_SPAN), offsetMeter(WALL_SPAN, WALL_PRECISION)];
  const [trip, lateness] = [delayMeter(), delayMeter()];
  const asked = new Map<number, number>();
  let way: { readonly forwarded: Forwarded; readonly mux: Mux<Order> } | undefined;
  let [over, pings] = [false, 0];

  const pong = ({ id, ...told }: Extract<Word, { type: "pong" }>): void => {
    const since = asked.get(id);
    if (since === undefined) return;
    asked.delete(id);
    const answered = clock.now();
    mono.add({ asked: since, answered, told: told.mono });
    wall.add({ asked: since, answered, told: told.wall });
    trip.add(answered - since, answered);
    if (id % MEASURED_EACH === 0) measured(answered - since);
  };
  const ours = (meter: typeof mono, at: number): Bounds => {
    const offset = meter.now();
    const now = clock.now();
    if (offset === undefined) return { since: millis(0), at: now };
    return {
      since: millis(Math.max(0, Math.min(now, at - offset.most))),
      at: millis(Math.min(now, at - offset.least)),
    };
  };
  const early: Word[] = [];
  const understand = (word: Word): void => {
    if (word.type === "pong") {
      pong(word);
      // What came before the clocks were compared waited for that.
      for (const one of early.splice(0)) understand(one);
    } else if (word.type === "hello") ping();
    else if (mono.now() === undefined) early.push(word);
    else heard(word, (at) => ours(mono, at));
  };
  /** Every frame tells by itself how long it took: those of an act, too. */
  const arrived = (sent: number): void => {
    const now = clock.now();
    if (mono.now() !== undefined) lateness.add(now - ours(mono, sent).since, now);
  };
  const ping = (): void => {
    pings += 1;
    asked.set(pings, clock.now());
    way?.mux.say({ type: "ping", id: pings });
  };
  const connect = async (): Promise<void> => {
    const closed = Promise.withResolvers<void>();
    const before: Buffer[] = [];
    const received = (bytes: Buffer): void => {
      if (way === undefined) return void before.push(bytes);
      try {
        way.mux.received(bytes);
      } catch {
        way.forwarded.close(); // that is no relay of ours
      }
    };
    const forwarded = await forwarder.open({ namespace, pod, port: PORTS.carrier }, received, () => closed.resolve());
    const mux = openMux<Order, Word>({
      side: "even",
      send: (bytes) => forwarded.send(bytes),
      dial,
      heard: understand,
      now: () => clock.now(),
      arrived,
    });
    way = { forwarded, mux };
    for (const bytes of before) received(bytes);
    await closed.promise;
    way = undefined;
    asked.clear();
    mux.close();
  };
  const keep = async (): Promise<void> => {
    while (!over) {
      await connect().catch((error: unknown) => over || unreached(error)); // its relay listens not yet, or the pod has gone
      if (!over) await sleep(AGAIN_AFTER);
    }
  };
  const delay = (at: number): number => Math.max(trip.at(at), clock.now() - Math.min(...asked.values()));
  void keep();
  const timer = setInterval(() => way !== undefined && pings > 0 && ping(), ASK_EVERY);

  return {
    order(order) {
      way?.mux.say(order);
      return way !== undefined;
    },
    open(socket, port) {
      if (way === undefined) socket.resetAndDestroy();
      else way.mux.open(socket, port);
    },
    wall: (at) => ours(wall, at),
    delay,
    late: (since, at) => lateness.within(since - HANDED_ON_WITHIN, at) ?? delay(at),
    close() {
      over = true;
      clearInterval(timer);
      way?.forwarded.close();
    },
  };
}
