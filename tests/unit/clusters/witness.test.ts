import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import type { ActEvent } from "../../../harness/core/events.ts";
import { openWitness } from "../../../harness/clusters/witness.ts";
import type { TrialRecorder } from "../../../harness/runner/recorder.ts";
import { ofType, realRecorder } from "../runner/recorder-support.ts";

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

async function post(url: string, body: string, options: { method?: string; agent?: Agent } = {}) {
  const sent = request(url, { method: "POST", agent, ...options });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

const acts = (recorder: TrialRecorder): ActEvent[] => recorder.events.filter(ofType("act"));
const one = (recorder: TrialRecorder, fencing = false) => ({ incarnation: () => 1, recorder, fencing });

test("every POST is an act with its bounds, its author and its token", async () => {
  await using recorder = realRecorder();
  await using witness = await openWitness();
  const a = witness.register("demo-1", one(recorder));
  const b = witness.register("demo-2", one(recorder));
  expect(a).not.toBe(b);
  const before = recorder.now();
  expect(await post(a, "")).toEqual({ status: 200, body: '{"accepted":true}' });
  expect(await post(b, '{"token": 4}')).toMatchObject({ status: 200 });
  expect(await post(a, '{"token": 3, "more": [1]}')).toMatchObject({ status: 200 });
  await witness.caughtUp();
  expect(acts(recorder)).toMatchObject([
    { replica: "demo-1", incarnation: 1, accepted: true },
    { replica: "demo-2", token: 4, accepted: true },
    { replica: "demo-1", token: 3, accepted: true },
  ]);
  for (const act of acts(recorder)) {
    expect(act.since).toBeLessThanOrEqual(act.at);
    expect(act.at).toBeGreaterThanOrEqual(before);
  }
});

test("with fencing, a token below the highest accepted one is refused, among the replicas of that trial only", async () => {
  await using recorder = realRecorder();
  await using foreign = realRecorder();
  await using witness = await openWitness();
  const old = witness.register("demo-1", one(recorder, true));
  const young = witness.register("demo-2", one(recorder, true));
  const elsewhere = witness.register("demo-1", one(foreign, true));
  const statuses = [];
  for (const [url, token] of [
    [old, 1],
    [young, 2],
    [old, 1],
    [old, 2],
    [elsewhere, 1],
    [young, 3],
  ] as const)
    statuses.push((await post(url, JSON.stringify({ token }))).status);
  await witness.caughtUp();
  expect(statuses).toEqual([200, 200, 409, 200, 200, 200]);
  expect(acts(recorder).map((act) => act.accepted)).toEqual([true, true, false, true, true]);
  expect(acts(foreign)).toHaveLength(1);
});

test("what is no act is refused, counted, and leaves no event", async () => {
  await using recorder = realRecorder();
  await using witness = await openWitness();
  const url = witness.register("demo-1", one(recorder));
  const bodies = ["nonsense", "null", "[]", '"x"', "7", '{"token": "1"}', '{"token": 1e999}', " ".repeat(70_000)];
  for (const body of bodies) expect((await post(url, body)).status).toBe(400);
  expect((await post(`${url}/more`, "")).status).toBe(404);
  expect((await post(url, "", { method: "GET" })).status).toBe(405);
  await witness.caughtUp();
  expect(acts(recorder)).toEqual([]);
  expect(witness.refused()).toBe(bodies.length + 2);
  expect((await post(url, "{}")).status).toBe(200);
});

test("it outlives whatever clients do to their connections", async () => {
  await using recorder = realRecorder();
  await using witness = await openWitness();
  const url = new URL(witness.register("demo-1", one(recorder)));
  const rude = async (bytes: string, how: "end" | "resetAndDestroy" | "destroy"): Promise<void> => {
    const socket = connect(Number(url.port), url.hostname);
    socket.on("error", () => {}); // what the witness does to it is its own business
    await once(socket, "connect");
    socket.write(bytes);
    const closed = new Promise((next) => socket.once("close", next));
    await new Promise((next) => setImmediate(next));
    socket[how]();
    await closed;
  };
  const head = `POST ${url.pathname} HTTP/1.1\r\nHost: x\r\n`;
  await rude("\x16\x03\x01 this is TLS, or not", "end");
  await rude("", "resetAndDestroy");
  await rude(`${head}Content-Length: 10\r\n\r\n{"to`, "resetAndDestroy");
  await rude(`${head}Content-Length: 10\r\n\r\n{"to`, "destroy");
  await rude(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, "end");
  await rude(`${head}X: ${"y".repeat(100_000)}\r\n\r\n`, "end");
  await rude(`CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n`, "destroy");
  await witness.caughtUp();
  expect(acts(recorder)).toEqual([]);
  expect((await post(url.href, "")).status).toBe(200);
  await witness.caughtUp();
  expect(acts(recorder)).toHaveLength(1);
});

test("a connection speaks for the process that opened it", async () => {
  await using recorder = realRecorder();
  await using witness = await openWitness();
  const starts: number[] = [0];
  const incarnation = (opened: number): number => Math.max(1, starts.findLastIndex((start) => start <= opened) + 1);
  const url = witness.register("demo-1", { incarnation, recorder, fencing: false });
  const old = new Agent({ keepAlive: true, maxSockets: 1 });
  const young = new Agent({ keepAlive: true, maxSockets: 1 });
  await post(url, "", { agent: old });
  await witness.caughtUp();
  starts.push(recorder.now());
  await new Promise((next) => setTimeout(next, 30)); // as long as nobody starts and acts in less
  await post(url, "", { agent: young });
  await post(url, "", { agent: old });
  await witness.caughtUp();
  expect(acts(recorder).map((act) => act.incarnation)).toEqual([1, 2, 1]);
  old.destroy();
  young.destroy();
});

test("what has reached it is recorded when it has caught up, however many", async () => {
  await using recorder = realRecorder();
  await using witness = await openWitness();
  const url = witness.register("demo-1", one(recorder));
  const many = new Agent({ keepAlive: true, maxSockets: 8 });
  const from = recorder.now();
  await Promise.all(Array.from({ length: 200 }, () => post(url, "", { agent: many })));
  await witness.caughtUp();
  expect(acts(recorder)).toHaveLength(200);
  for (const act of acts(recorder)) {
    expect(act.at).toBeGreaterThanOrEqual(from);
    expect(act.at).toBeLessThanOrEqual(recorder.now());
  }
  witness.forget(recorder);
  expect((await post(url, "", { agent: many })).status).toBe(404);
  many.destroy();
});

test("an act whose answer nobody waited for is recorded, too", async () => {
  await using recorder = realRecorder();
  await using witness = await openWitness();
  const { hostname, port, pathname } = new URL(witness.register("demo-1", one(recorder)));
  const socket = connect(Number(port), hostname);
  const act = `POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
  socket.write(act);
  await once(socket, "data");
  for (let count = 2; count < 20; count += 1) {
    await new Promise((written) => socket.write(act, written));
    await witness.caughtUp();
    expect(acts(recorder)).toHaveLength(count);
  }
  socket.destroy();
});

test("disposing cuts everybody and frees the port", async () => {
  await using recorder = realRecorder();
  const witness = await openWitness();
  const url = new URL(witness.register("demo-1", one(recorder)));
  const socket = connect(Number(url.port), url.hostname);
  socket.on("error", () => {}); // a reset is as good as an end
  await once(socket, "connect");
  const closed = new Promise((next) => socket.once("close", next));
  await witness[Symbol.asyncDispose]();
  await closed;
  await expect(post(url.href, "")).rejects.toThrow("ECONNREFUSED");
});
