import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Observe } from "../core/elector.ts";
import { messageOf } from "../core/errors.ts";
import { incarnationKey, type Incarnation, type Recorder } from "../core/events.ts";
import { millis, type Millis } from "../core/time.ts";
import { answerLog, type AnswerLog } from "./answer-log.ts";
import { understandAnswer } from "./answer.ts";
import { ask } from "./ask.ts";
import { understandGauge } from "./gauge.ts";

/** An answer that takes longer than this (ms) would be true of too wide a span to be worth the wait. */
const TIMEOUT = 1000;

export type PollOptions = {
  readonly observe: Extract<Observe, { via: "http" | "metrics" }>;
  /** The replica's own IP address. */
  readonly address: string;
  /** What the replica calls itself in its answers. */
  readonly identity: string;
  readonly who: () => Incarnation;
  readonly recorder: Recorder;
  /** From one question to the next, 50 ms unless told. */
  readonly every?: Millis;
  readonly signal: AbortSignal;
};

/** Asks a replica's HTTP endpoint, or its metrics, who leads, one question at a time, until the signal aborts; resolves then. */
export async function pollAnswers(options: PollOptions): Promise<void> {
  const { signal, recorder, every = millis(50) } = options;
  const log = answerLog(recorder);
  const connection = { keepAlive: true, maxSockets: 1 };
  const agent =
    schemeOf(options.observe) === "https"
      ? new SecureAgent({ ...connection, rejectUnauthorized: false })
      : new Agent(connection);
  try {
    while (!signal.aborted) {
      const asked = recorder.now();
      await pollOnce(options, agent, log, asked);
      const pause = Math.max(1, asked + every - recorder.now());
      await sleep(pause, undefined, { signal }).catch(() => {}); // aborted: the loop's condition sees it
    }
  } finally {
    log.close(recorder.now());
    agent.destroy();
  }
}

const schemeOf = (observe: PollOptions["observe"]): "http" | "https" =>
  observe.via === "metrics" ? observe.scheme : "http";

async function pollOnce(options: PollOptions, agent: Agent, log: AnswerLog, asked: Millis): Promise<void> {
  const { observe, address, identity, recorder, signal } = options;
  const who = options.who();
  const deadline = AbortSignal.timeout(TIMEOUT);
  const host = address.includes(":") ? `[${address}]` : address;
  try {
    const url = `${schemeOf(observe)}://${host}:${observe.port}${observe.path}`;
    const reply = await ask(agent, url, AbortSignal.any([signal, deadline]));
    const at = recorder.now();
    // The process changed while it was asked: nobody knows which one answered.
    if (incarnationKey(options.who()) !== incarnationKey(who)) return;
    const answer =
      observe.via === "http"
        ? understandAnswer(reply.status, reply.body, identity)
        : understandGauge(reply.status, reply.body, observe);
    if (answer === undefined) log.silent(who, asked, `not understood: status ${reply.status}, ${excerpt(reply.body)}`);
    else log.answered(who, asked, at, answer);
  } catch (error) {
    if (signal.aborted) return;
    log.silent(who, asked, deadline.aborted ? `no answer within ${TIMEOUT} ms` : messageOf(error));
  }
}

const excerpt = (body: string): string => JSON.stringify(body.length > 80 ? `${body.slice(0, 80)}…` : body);
