import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { AnswerEvent, GapEvent } from "../../../harness/core/events.ts";
import { millis } from "../../../harness/core/time.ts";
import { issueCertificate } from "../../../harness/gate/certificate.ts";
import { pollAnswers } from "../../../harness/probes/poll-answers.ts";
import type { TrialRecorder } from "../../../harness/runner/recorder.ts";
import { eventually, ofType, realRecorder } from "../runner/recorder-support.ts";

/** A real endpoint whose behaviour can be changed, on a port that can be closed and opened again. */
async function endpoint(listener: RequestListener) {
  const state = { listener, asked: 0, connections: 0 };
  const make = () => {
    const made = createServer((request, response) => {
      state.asked += 1;
      state.listener(request, response);
    });
    made.on("connection", () => (state.connections += 1));
    return made;
  };
  let server = make();
  const open = async (port: number): Promise<void> => {
    server = make();
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const close = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  await open(0);
  const { port } = server.address() as AddressInfo;
  return { state, port, close, open: () => open(port), [Symbol.asyncDispose]: close };
}

function poll(recorder: TrialRecorder, port: number) {
  const stop = new AbortController();
  const polling = pollAnswers({
    observe: { via: "http", port, path: "/leader" },
    address: "127.0.0.1",
    identity: "demo-1",
    who: () => ({ replica: "demo-1", incarnation: 1 }),
    recorder,
    every: millis(5),
    signal: stop.signal,
  });
  return {
    stop: async (): Promise<void> => {
      stop.abort();
      await polling;
    },
  };
}

const says =
  (text: string): RequestListener =>
  (_request, response) =>
    response.end(text);
const answers = (recorder: TrialRecorder): AnswerEvent[] => recorder.events.filter(ofType("answer"));
const gaps = (recorder: TrialRecorder): GapEvent[] => recorder.events.filter(ofType("gap"));

test("answers are recorded with the instants of asking and hearing, over one kept connection", async () => {
  await using recorder = realRecorder();
  const path: (string | undefined)[] = [];
  await using server = await endpoint((request, response) => {
    path.push(request.url);
    response.end(JSON.stringify({ leading: path.length >= 3, term: 5 }));
  });
  const polling = poll(recorder, server.port);
  const claim = await eventually(
    recorder,
    ofType("answer", (event) => event.leading),
  );
  await polling.stop();
  expect(claim).toMatchObject({ replica: "demo-1", incarnation: 1, leading: true, term: 5 });
  const seen = answers(recorder);
  expect(seen.slice(0, 3).map((event) => event.leading)).toEqual([false, false, true]);
  for (const [index, event] of seen.entries()) {
    expect(event.asked).toBeLessThanOrEqual(event.at);
    if (index > 0) expect(event.asked).toBeGreaterThanOrEqual(seen[index - 1]!.at); // one in flight
  }
  expect(new Set(path)).toEqual(new Set(["/leader"]));
  expect(server.state.connections).toBe(1);
  expect(gaps(recorder)).toEqual([]);
});

test("a stretch without answers is one gap, and no denial", async () => {
  await using recorder = realRecorder();
  await using server = await endpoint(says('{"name": "demo-1"}'));
  const polling = poll(recorder, server.port);
  const first = await eventually(recorder, ofType("answer"));
  await server.close();
  await server.open();
  server.state.listener = says("it works");
  const before = server.state.asked;
  while (server.state.asked < before + 3) await new Promise((next) => setTimeout(next, 2));
  server.state.listener = says('{"name": "demo-2"}');
  const last = await eventually(
    recorder,
    ofType("answer", (event) => !event.leading),
  );
  await polling.stop();
  expect(last.names).toBe("demo-2");
  const [gap, ...others] = gaps(recorder);
  expect(others).toEqual([]);
  expect(gap).toMatchObject({ replica: "demo-1", incarnation: 1 });
  expect(gap!.since).toBeGreaterThanOrEqual(first.asked);
  expect(gap!.at).toBe(last.asked);
});

test("a process that is not yet listening lost nothing when its first answer denies", async () => {
  await using recorder = realRecorder();
  await using server = await endpoint((_request, response) => response.end('{"leading": false}'));
  await server.close();
  const polling = poll(recorder, server.port);
  await new Promise((next) => setTimeout(next, 20)); // long enough to be refused; nothing depends on it
  await server.open();
  await eventually(recorder, ofType("answer"));
  await polling.stop();
  expect(gaps(recorder)).toEqual([]);
});

test("a process that claims in its first answer was unobserved until then", async () => {
  await using recorder = realRecorder();
  await using server = await endpoint((request) => request.socket.destroy());
  const polling = poll(recorder, server.port);
  while (server.state.asked < 2) await new Promise((next) => setTimeout(next, 2));
  server.state.listener = (_request, response) => response.end('{"leading": true}');
  const claim = await eventually(recorder, ofType("answer"));
  await polling.stop();
  expect(gaps(recorder)).toHaveLength(1);
  expect(gaps(recorder)[0]!.at).toBe(claim.asked);
});

test("an endpoint that never answers is one gap, recorded when the polling ends", async () => {
  await using recorder = realRecorder();
  await using server = await endpoint((request) => request.socket.destroy());
  const polling = poll(recorder, server.port);
  while (server.state.asked < 3) await new Promise((next) => setTimeout(next, 2));
  await polling.stop();
  expect(recorder.events).toHaveLength(1);
  expect(gaps(recorder)[0]!.since).toBeLessThan(gaps(recorder)[0]!.at);
});

test("an endless answer is cut off and is no answer", async () => {
  await using recorder = realRecorder();
  await using server = await endpoint((_request, response) => {
    const more = (): void =>
      void (response.writable && response.write("x".repeat(32 * 1024), () => setImmediate(more)));
    more();
  });
  const polling = poll(recorder, server.port);
  while (server.state.asked < 2) await new Promise((next) => setTimeout(next, 2));
  await polling.stop();
  expect(answers(recorder)).toEqual([]);
  expect(gaps(recorder)[0]!.reason).toContain("1048576 bytes");
});

test("a page of metrics is asked over TLS too, whoever signed its certificate", async () => {
  await using recorder = realRecorder();
  const { cert, key } = await issueCertificate();
  const page = 'leader_election_master_status{name="x"} 1\n';
  const server = createSecureServer({ cert, key }, (_request, response) => response.end(page));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = new AbortController();
  const { port } = server.address() as AddressInfo;
  const polling = pollAnswers({
    observe: { via: "metrics", scheme: "https", port, path: "/metrics", metric: "leader_election_master_status" },
    address: "127.0.0.1",
    identity: "demo-1",
    who: () => ({ replica: "demo-1", incarnation: 1 }),
    recorder,
    every: millis(5),
    signal: stop.signal,
  });
  expect((await eventually(recorder, ofType("answer"))).leading).toBe(true);
  stop.abort();
  await polling;
  server.closeAllConnections();
  server.close();
});
