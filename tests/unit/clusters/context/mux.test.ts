import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { frame, frameReader } from "../../../../harness/clusters/context/relay/frames.ts";
import { openMux } from "../../../../harness/clusters/context/relay/mux.ts";

test("frames are read as they were written, however the stream is cut", () => {
  const sent = [
    { kind: "open", channel: 1, sent: 0, body: '"api"' },
    { kind: "data", channel: 1, sent: 1234.5678, body: "x".repeat(20_000) },
    { kind: "end", channel: 4_000_000_000, sent: 9e9, body: "" },
  ] as const;
  const bytes = Buffer.concat(sent.map((one) => frame(one.kind, one.channel, one.sent, one.body)));
  for (const size of [1, 7, 9, 64, bytes.length]) {
    const read = frameReader();
    const got = [];
    for (let at = 0; at < bytes.length; at += size) got.push(...read(bytes.subarray(at, at + size)));
    expect(got.map((one) => ({ ...one, body: one.body.toString() }))).toEqual(sent);
  }
});

test("what is no frame is refused", () => {
  expect(() => frameReader()(Buffer.from("GET / HTTP/1.1\r\n\r\n"))).toThrow("no frame");
});

async function listening(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, serve).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Clients of the near side come out at `target`, through two muxes whose carriers take a turn of the loop. */
async function carried(target: number) {
  const dial = (): Socket => connect({ host: "127.0.0.1", port: target, allowHalfOpen: true });
  const heard: unknown[] = [];
  const ways: number[] = [];
  const far = openMux<unknown, unknown>({
    side: "even",
    dial,
    now: () => performance.now(),
    arrived: (sent) => ways.push(performance.now() - sent),
    heard: (word) => heard.push(word),
    send: (bytes) => void setImmediate(() => near.received(bytes)),
  });
  const near = openMux<unknown, unknown>({
    side: "odd",
    dial,
    now: () => performance.now(),
    heard() {},
    send: (bytes) => void setImmediate(() => far.received(bytes)),
  });
  const port = await listening((socket) => near.open(socket, "api"));
  return { near, far, heard, ways, client: () => connect({ host: "127.0.0.1", port, allowHalfOpen: true }) };
}

test("each connection's bytes arrive whole, in order and apart, and its end does", async () => {
  const target = await listening((socket) => void socket.pipe(socket));
  const { client } = await carried(target);
  const echoes = Array.from({ length: 5 }, async (_, index) => {
    const socket = client();
    const text = `${index}`.repeat(200_000);
    socket.end(text);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString() === text;
  });
  expect(await Promise.all(echoes)).toEqual([true, true, true, true, true]);
});

test("a reset is a reset on the other side, and nobody's listening too", async () => {
  const target = await listening((socket) => void setTimeout(() => socket.resetAndDestroy(), 20));
  for (const to of [target, 1]) {
    const { client } = await carried(to);
    const socket = client();
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNRESET");
  }
});

test("words pass beside the connections; a closed carrier resets what it carried and says no more", async () => {
  const target = await listening(() => {});
  const { near, heard, ways, client } = await carried(target);
  near.say({ type: "hello" });
  const socket = client();
  await once(socket, "connect");
  await sleep(50);
  near.close();
  near.say({ type: "late" });
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNRESET");
  expect(heard).toEqual([{ type: "hello" }]);
  expect(ways.length).toBeGreaterThanOrEqual(2); // each frame tells how long it took
  expect(ways.every((ms) => ms >= 0 && ms < 10_000)).toBe(true);
});
