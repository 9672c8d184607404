import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, test } from "vitest";
import { openRelay } from "../../../../harness/clusters/kind/relay.ts";

const signal = new AbortController().signal;

/** A server that says back what it hears. */
async function echo(): Promise<AsyncDisposable & { readonly port: number }> {
  const live = new Set<Socket>();
  const server = createServer((socket) => {
    live.add(socket);
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of live) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** However it comes about: a reset is an end too. */
const closeOf = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once("close", () => resolve()));

async function ask(port: number, text: string): Promise<{ readonly socket: Socket; readonly heard: string }> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => {});
  socket.write(text);
  const [data] = (await once(socket, "data")) as [Buffer];
  return { socket, heard: data.toString() };
}

test("a stopped relay cuts what lives, refuses what is new, and comes back at the same port", async () => {
  await using server = await echo();
  await using relay = await openRelay(server.port);
  const port = Number(new URL(relay.url).port);
  const { socket, heard } = await ask(port, "hello");
  expect(heard).toBe("hello");

  const closed = closeOf(socket);
  const start = await relay.stop();
  await closed;
  await expect(once(connect({ port, host: "127.0.0.1" }), "connect")).rejects.toThrow(/ECONNREFUSED/);

  await start(signal);
  const again = await ask(port, "again");
  expect(again.heard).toBe("again");
  again.socket.destroy();
});

test("a target that is gone ends the caller's connection", async () => {
  const server = await echo();
  await using relay = await openRelay(server.port);
  await server[Symbol.asyncDispose]();
  const socket = connect({ port: Number(new URL(relay.url).port), host: "127.0.0.1" });
  socket.on("error", () => {});
  await closeOf(socket);
  expect(socket.destroyed).toBe(true);
});
