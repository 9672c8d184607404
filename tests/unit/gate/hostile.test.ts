import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import http2 from "node:http2";
import { connect, type AddressInfo, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { expect, test } from "vitest";
import type { ActiveDisturbance } from "../../../harness/core/disturbance.ts";
import { millis } from "../../../harness/core/time.ts";
import { clients } from "./clients.ts";
import { certificate, isOpen, letThingsHappen, LOCK, openRig, renewal } from "./rig.ts";

/** Sends bytes and resolves when the gate has closed the connection, with what it said. */
function throwAt(port: number, bytes: Buffer | string, after?: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    let said = "";
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(bytes);
      after?.(socket);
    });
    socket.on("data", (chunk) => (said += chunk.toString("latin1")));
    socket.on("error", () => {});
    socket.once("close", () => resolve(said));
  });
}

const ping = (over: http2.ClientHttp2Session): Promise<void> =>
  new Promise((resolve, reject) => over.ping((error) => (error ? reject(error) : resolve())));

const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;

const garbage: readonly (readonly [string, Buffer | string])[] = [
  ["no HTTP", "\u0001\u0002\u0003 nonsense\r\n\r\n"],
  ["a broken request line", "GET\r\n\r\n"],
  ["a bad header", "GET / HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n"],
  [
    "headers without end",
    `GET / HTTP/1.1\r\nhost: x\r\n${"a: ".padEnd(8000, "b")}\r\n`.repeat(1) + "x".repeat(100_000),
  ],
  ["two lengths", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"],
  ["a broken chunk", "PUT /x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"],
  ["TLS garbage", Buffer.concat([Buffer.from([0x16, 3, 1, 0, 50]), Buffer.alloc(60, 7)])],
  ["a tunnel", "CONNECT example.test:443 HTTP/1.1\r\nhost: x\r\n\r\n"],
];

test.each(garbage)("%s closes the connection, harms nobody and is not recorded", async (_, bytes) => {
  await using rig = await openRig();
  expect(await throwAt(rig.gate.port, bytes)).not.toContain("200 OK");
  expect(rig.events).toEqual([]);
  for (const { open } of clients) {
    using client = open(rig.gate, certificate.ca);
    expect((await client.send(LOCK).reply).status).toBe(200);
  }
});

test("a connection that ends, or is reset, before its first byte is closed", async () => {
  await using rig = await openRig();
  await throwAt(rig.gate.port, "", (socket) => socket.end());
  await throwAt(rig.gate.port, "", (socket) => socket.resetAndDestroy());
  expect(rig.events).toEqual([]);
});

test("a TLS client that stops in its handshake is closed when it goes", async () => {
  await using rig = await openRig();
  await throwAt(rig.gate.port, Buffer.from([0x16, 3, 1, 2, 0, 1]), (socket) => socket.end());
  expect(rig.events).toEqual([]);
});

test("a request that breaks off in its body was never made", async () => {
  await using rig = await openRig();
  const head = `PUT ${LOCK} HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"half`;
  await throwAt(rig.gate.port, head, (socket) => setImmediate(() => socket.resetAndDestroy()));
  using client = clients[0]!.open(rig.gate, certificate.ca);
  await client.send(LOCK).reply;
  expect(rig.invokes().map((invoke) => invoke.verb)).toEqual(["get"]);
  expect(rig.api.seen.length).toBe(1);
});

test("what speaks HTTP/2 badly loses its session only", async () => {
  await using rig = await openRig();
  const closed = new Promise<void>((resolve) => {
    const socket = connectTls({ port: rig.gate.port, host: "127.0.0.1", ca: certificate.ca, ALPNProtocols: ["h2"] });
    socket.on("error", () => {});
    socket.once("close", () => resolve());
    socket.once("secureConnect", () => socket.write(Buffer.alloc(200, 0xff)));
    socket.resume();
  });
  await closed;
  using client = clients[3]!.open(rig.gate, certificate.ca);
  expect((await client.send(LOCK, renewal).reply).status).toBe(200);
});

test("under a blackhole not even an HTTP/2 ping is answered; after it, one of a new session is", async () => {
  await using rig = await openRig();
  const session = http2.connect(rig.gate.secureUrl, { ca: certificate.ca });
  session.on("error", () => {});
  await once(session, "remoteSettings");
  await ping(session);
  const hole = rig.gate.disturb({ kind: "blackhole" }, "f");
  const silent = ping(session);
  silent.catch(() => {}); // looked at below
  expect(await isOpen(silent)).toBe(true);
  hole.lift();
  await expect(silent).rejects.toThrow();
  const anew = http2.connect(rig.gate.secureUrl, { ca: certificate.ca });
  await once(anew, "remoteSettings");
  await ping(anew);
  anew.destroy();
});

test("pipelined requests are answered in their order", async () => {
  await using rig = await openRig();
  const said = await throwAt(rig.gate.port, get(LOCK) + get("/version") + get("/healthz", "connection: close\r\n"));
  expect(said.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  expect(rig.returns().map((end) => end.type)).toEqual(["ok", "ok", "ok"]);
});

test("a client that reads nothing holds the API back instead of filling memory", async () => {
  await using rig = await openRig();
  const socket = connect(rig.gate.port, "127.0.0.1", () => {
    socket.pause();
    socket.write(`GET /apis/x/v1/things?watch=true HTTP/1.1\r\nhost: x\r\n\r\n`);
  });
  socket.on("error", () => {});
  const { response } = await rig.api.nth(1);
  response.writeHead(200);
  const chunk = Buffer.alloc(1024 * 1024, 1);
  let taken = 0;
  const drained = async (): Promise<void> => {
    while (taken < 64) {
      taken += 1;
      if (!response.write(chunk)) await new Promise((resolve) => response.once("drain", resolve));
    }
  };
  void drained();
  for (let before = -1; before !== taken;) {
    before = taken;
    await letThingsHappen();
  }
  expect(taken).toBeLessThan(64);
  socket.destroy();
  expect(await rig.nthReturn(1)).toMatchObject({ type: "info" });
});

test("an upload under way when the blackhole comes goes no further, though the API would take it", async () => {
  const arrived = Promise.withResolvers<IncomingMessage>();
  const slow = createServer((request) => arrived.resolve(request.pause()));
  await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
  await using rig = await openRig({ upstream: `http://127.0.0.1:${(slow.address() as AddressInfo).port}` });
  using client = clients[0]!.open(rig.gate, certificate.ca);
  const upload = client.send(LOCK, { method: "PUT", body: Buffer.alloc(64 << 20, 32) });
  const request = await arrived.promise;
  await letThingsHappen();
  const hole = rig.gate.disturb({ kind: "blackhole" }, "f");
  let size = 0;
  request.on("error", () => {}).on("data", (chunk: Buffer) => (size += chunk.length));
  for (let before = -1; before !== size;) {
    before = size;
    await letThingsHappen();
  }
  expect(size).toBeLessThan(32 << 20);
  hole.lift();
  await expect(upload.reply).rejects.toThrow();
  expect(await rig.nthReturn(1)).toMatchObject({ type: "info", status: 0, fault: "f" });
  slow.closeAllConnections();
  slow.close();
});

test("a request that was parsed together with the one that met the blackhole stays unmade", async () => {
  let hole: ActiveDisturbance | undefined;
  const made: string[] = [];
  await using rig = await openRig({
    recorder: {
      now: () => millis(performance.now()),
      since: () => millis(performance.now()),
      record(event) {
        if (event.type === "invoke") made.push(event.object);
        hole ??= rig.gate.disturb({ kind: "blackhole" }, "f");
      },
    },
  });
  const closed = throwAt(rig.gate.port, get("/one") + get("/two"));
  await letThingsHappen();
  expect(made).toEqual(["/one"]);
  expect(rig.api.seen).toEqual([]);
  hole!.lift();
  expect(await closed).toBe("");
});
