import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openMux } from "../../../../harness/clusters/context/relay/mux.ts";
import { FOLDER, keyOf, relayCommand, relayFiles } from "../../../../harness/clusters/context/relay/program.ts";
import { PORTS, type Order, type Word } from "../../../../harness/clusters/context/relay/words.ts";

const LOOPBACK = "127.0.0.1";

/** The relay as a pod runs it: what is sent along, and nothing else, in a folder of its own. */
function started(): void {
  const folder = mkdtempSync(join(tmpdir(), "relay-"));
  for (const [path, text] of Object.entries(relayFiles())) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const [, program = ""] = relayCommand;
  const child = spawn(process.execPath, [program.replace(FOLDER, folder)], { stdio: ["ignore", "ignore", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
}

async function reached(port: number): Promise<Socket> {
  for (;;) {
    const socket = connect({ host: LOOPBACK, port, allowHalfOpen: true });
    try {
      await once(socket, "connect");
      return socket;
    } catch {
      await sleep(50); // not yet up
    }
  }
}

test("keys are of a ConfigMap, each for one file", () => {
  const keys = Object.keys(relayFiles()).map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.every((key) => /^[-._a-zA-Z0-9]{1,253}$/.test(key))).toBe(true);
});

test("it runs by itself, tells the time when it is asked, and carries connections", { timeout: 60_000 }, async () => {
  started();
  const carrier = await reached(PORTS.carrier);
  onTestFinished(() => void carrier.destroy());
  const words: Word[] = [];
  const opened = Promise.withResolvers<unknown>();
  const mux = openMux<Order, Word>({
    side: "even",
    send: (bytes) => void carrier.write(bytes),
    dial(to) {
      opened.resolve(to);
      return connect({ host: LOOPBACK, port: PORTS.ready, allowHalfOpen: true }); // which ends what it accepts
    },
    heard: (word) => void words.push(word),
    now: () => performance.now(),
  });
  carrier.on("data", (bytes: Buffer) => mux.received(bytes));
  const before = Date.now();
  mux.say({ type: "ping", id: 7 });
  while (!words.some(({ type }) => type === "pong")) await sleep(10);
  expect(words[0]).toEqual({ type: "hello" });
  const pong = words.find((word) => word.type === "pong");
  expect(pong).toMatchObject({ id: 7 });
  expect(pong?.wall).toBeGreaterThanOrEqual(before);
  expect(pong?.wall).toBeLessThanOrEqual(Date.now());
  const client = await reached(PORTS.effects);
  expect(await opened.promise).toBe("effects");
  client.resume();
  await once(client, "end");
});
