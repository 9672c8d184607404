import { describe, expect, test } from "vitest";
import type { CallMatch } from "../../../harness/core/disturbance.ts";
import { millis, seconds } from "../../../harness/core/time.ts";
import { decodeBody, encodeBody, JSON_TYPE, PROTOBUF_TYPE } from "../../../harness/wire/body.ts";
import { encodeFrame, frameReader } from "../../../harness/wire/frames.ts";
import { clients } from "./clients.ts";
import { certificate, isOpen, LOCK, openRig, renewal, WATCH } from "./rig.ts";
import { lease } from "./upstream.ts";

const never = (): AbortSignal => new AbortController().signal;
const all: CallMatch = {};

describe.each(clients)("one direction, over $name", ({ open }) => {
  test("requests pass and replies do not: the write is committed, and its author never hears of it", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    expect((await client.send(LOCK).reply).status).toBe(200);
    const silence = rig.gate.disturb({ kind: "blackhole", direction: "replies" }, "f1");
    expect(silence.hits()).toBe(0);
    const call = client.send(LOCK, renewal);
    await silence.hit(never());
    expect(rig.api.seen).toHaveLength(2);
    using stranger = open(rig.gate, certificate.ca);
    const foreign = stranger.send(LOCK, renewal);
    await rig.api.nth(3);
    expect(await isOpen(Promise.race([call.reply, foreign.reply]))).toBe(true);
    silence.lift();
    await expect(call.reply).rejects.toThrow();
    const lost = (await rig.nthReturn(3), rig.returns().filter((end) => end.fault === "f1"));
    for (const end of lost) expect(end).toMatchObject({ type: "info", status: 0, committed: expect.anything() });
    expect(lost).toHaveLength(2);
    using anew = open(rig.gate, certificate.ca);
    expect((await anew.send(LOCK).reply).status).toBe(200);
  });

  test("requests are swallowed, and the reply of a call already forwarded passes", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    rig.api.hold();
    const call = client.send(LOCK, renewal);
    const forwarded = await rig.api.nth(1);
    const silence = rig.gate.disturb({ kind: "blackhole", direction: "requests" }, "f1");
    expect(silence.hits()).toBe(1);
    rig.api.unhold();
    forwarded.answer();
    expect((await call.reply).status).toBe(200);
    expect(await rig.nthReturn(1)).toMatchObject({ type: "ok" });
    const later = client.send(LOCK);
    expect(await isOpen(later.reply)).toBe(true);
    expect(rig.api.seen).toHaveLength(1);
    silence.lift();
    await expect(later.reply).rejects.toThrow();
  });
});

test("a silence of both directions is not softened by one of replies", async () => {
  await using rig = await openRig();
  using client = clients[0]!.open(rig.gate, certificate.ca);
  const soft = rig.gate.disturb({ kind: "blackhole", direction: "replies" }, "f1");
  const hard = rig.gate.disturb({ kind: "blackhole" }, "f2");
  const call = client.send(LOCK, renewal);
  expect(await isOpen(call.reply)).toBe(true);
  expect(rig.api.seen).toHaveLength(0);
  hard.lift();
  soft.lift();
});

test("stale reads: what the first read saw, told as it was delivered, and only where the API says another thing", async () => {
  await using rig = await openRig();
  using client = clients[0]!.open(rig.gate, certificate.ca);
  rig.api.hold();
  const read = async (version: string, count: number): Promise<unknown> => {
    const call = client.send(LOCK);
    (await rig.api.nth(count)).answer(lease("demo-2", version));
    return (JSON.parse((await call.reply).body) as { metadata: { resourceVersion: unknown } }).metadata.resourceVersion;
  };
  const stale = rig.gate.disturb({ kind: "stale", match: all }, "f1");
  expect(await read("5", 1)).toBe("5");
  expect(await read("5", 2)).toBe("5");
  expect(stale.hits()).toBe(0);
  expect(await read("6", 3)).toBe("5");
  expect(stale.hits()).toBe(1);
  expect(await rig.nthReturn(3)).toMatchObject({ version: "5", fault: "f1" });
  expect(rig.returns()[1]!.fault).toBeUndefined();
  stale.lift();
  expect(await read("7", 4)).toBe("7");
});

const record = (acquireTime: string, renewTime: string) => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "lock", namespace: "arena", resourceVersion: "7" },
  spec: { holderIdentity: "demo-1", leaseDurationSeconds: 15, acquireTime, renewTime },
});
const OLD = "2026-01-01T00:00:00.000001Z";
const NOW = "2026-01-01T00:10:00.123456Z";

describe.each([JSON_TYPE, PROTOBUF_TYPE])("clock skew of %s", (type) => {
  const specOf = (bytes: Uint8Array): unknown => decodeBody(type, bytes)?.["spec"];

  test("a renewal bears the skewed stamp; what is read bears it the other way; acquireTime stays", async () => {
    await using rig = await openRig();
    rig.api.hold();
    const skew = rig.gate.disturb({ kind: "skew", match: all, by: seconds(-90) }, "f1");
    const write = fetch(rig.gate.url + LOCK, {
      method: "PUT",
      headers: { "content-type": type },
      body: Buffer.from(encodeBody(type, record(OLD, NOW))!),
    });
    const sent = await rig.api.nth(1);
    expect(specOf(sent.body)).toMatchObject({ acquireTime: OLD, renewTime: "2026-01-01T00:08:30.123456Z" });
    sent.answer(sent.body, 200, { "content-type": type });
    const reply = Buffer.from(await (await write).arrayBuffer());
    expect(specOf(reply)).toMatchObject({ acquireTime: OLD, renewTime: NOW });
    expect(skew.hits()).toBe(1);
    expect(rig.invokes()[0]!.record).toMatchObject({ renewTime: "2026-01-01T00:08:30.123456Z" });
    expect(await rig.nthReturn(1)).toMatchObject({ fault: "f1" });
  });

  test("what a watch shows bears the stamp too, from the next event on and until it is lifted", async () => {
    await using rig = await openRig();
    const aborted = new AbortController();
    const kind = `${type};stream=watch`;
    const watching = fetch(rig.gate.url + WATCH, { signal: aborted.signal });
    const { response } = await rig.api.nth(1);
    const show = () => response.write(encodeFrame(kind, "MODIFIED", record(OLD, NOW))!);
    response.writeHead(200, { "content-type": kind });
    show();
    const stream = (await watching).body!.getReader();
    const read = frameReader(kind);
    const shown = async () => {
      const frames = read((await stream.read()).value!);
      return frames.map(({ object }) => object?.["spec"]);
    };
    expect(await shown()).toMatchObject([{ renewTime: NOW }]);
    const skew = rig.gate.disturb({ kind: "skew", match: all, by: seconds(-90) }, "f1");
    expect(skew.hits()).toBe(0);
    show();
    expect(await shown()).toMatchObject([{ acquireTime: OLD, renewTime: "2026-01-01T00:11:30.123456Z" }]);
    expect(skew.hits()).toBe(1);
    skew.lift();
    show();
    expect(await shown()).toMatchObject([{ renewTime: NOW }]);
    aborted.abort();
  });

  test("a reign that begins is stamped once, and written again as it was stamped", async () => {
    await using rig = await openRig();
    rig.api.hold();
    rig.gate.disturb({ kind: "skew", match: all, by: seconds(60) }, "f1");
    const writes = [record(OLD, OLD), record(OLD, NOW)].map((object) => Buffer.from(encodeBody(type, object)!));
    const seen: unknown[] = [];
    for (const [index, body] of writes.entries()) {
      const write = fetch(rig.gate.url + LOCK, { method: "PUT", headers: { "content-type": type }, body });
      const sent = await rig.api.nth(index + 1);
      seen.push(specOf(sent.body));
      sent.answer(sent.body, 200, { "content-type": type });
      expect(specOf(Buffer.from(await (await write).arrayBuffer()))).toMatchObject({ acquireTime: OLD });
    }
    expect(seen).toMatchObject([
      { acquireTime: "2026-01-01T00:01:00.000001Z", renewTime: "2026-01-01T00:01:00.000001Z" },
      { acquireTime: "2026-01-01T00:01:00.000001Z", renewTime: "2026-01-01T00:11:00.123456Z" },
    ]);
  });
});

test("a record in an annotation is skewed to the second it is written in; what is no record passes as it is", async () => {
  await using rig = await openRig({ lock: { resource: "endpoints", namespace: "arena", name: "lock" } });
  rig.api.hold();
  const skew = rig.gate.disturb({ kind: "skew", match: all, by: seconds(60) }, "f1");
  const path = "/api/v1/namespaces/arena/endpoints/lock";
  const leader = JSON.stringify({ holderIdentity: "demo-1", renewTime: "2026-01-01T00:00:00Z" });
  const bodies = [
    JSON.stringify({ metadata: { name: "lock", annotations: { "control-plane.alpha.kubernetes.io/leader": leader } } }),
    "{not json",
  ];
  for (const [index, body] of bodies.entries()) {
    const write = fetch(rig.gate.url + path, { method: "PUT", headers: { "content-type": JSON_TYPE }, body });
    const sent = await rig.api.nth(index + 1);
    if (index === 0) expect(sent.body.toString()).toContain("2026-01-01T00:01:00Z");
    else expect(sent.body.toString()).toBe(body);
    sent.answer({});
    await write;
  }
  expect(skew.hits()).toBe(1);
});

describe.each(clients)("watches, over $name", ({ open }) => {
  test("frozen, they say nothing; thawed, all that they held back", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const watch = client.send(WATCH);
    const { response } = await rig.api.nth(1);
    response.writeHead(200).write("one\n");
    await watch.some;
    const freeze = rig.gate.disturb({ kind: "watches", act: "freeze", match: all }, "f1");
    expect(freeze.hits()).toBe(1);
    response.end("two\n");
    const late = client.send(WATCH);
    (await rig.api.nth(2)).response.writeHead(200).end("three\n");
    expect(await isOpen(Promise.race([watch.reply, late.reply]))).toBe(true);
    expect((await client.send(LOCK).reply).status).toBe(200);
    freeze.lift();
    expect((await watch.reply).body).toBe("one\ntwo\n");
    expect((await late.reply).body).toBe("three\n");
  });

  test("dropped, live and new ones are cut, and other calls are not", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const watch = client.send(WATCH);
    (await rig.api.nth(1)).response.writeHead(200).write("one\n");
    await watch.some;
    const drop = rig.gate.disturb({ kind: "watches", act: "drop", match: all }, "f1");
    await expect(watch.reply).rejects.toThrow();
    expect(await rig.nthReturn(1)).toMatchObject({ type: "info", fault: "f1" });
    using other = open(rig.gate, certificate.ca);
    const again = other.send(WATCH);
    (await rig.api.nth(2)).response.writeHead(200).write("two\n");
    await expect(again.reply).rejects.toThrow();
    expect(drop.hits()).toBe(2);
    using third = open(rig.gate, certificate.ca);
    expect((await third.send(LOCK).reply).status).toBe(200);
  });
});

describe("holding a call at a moment", () => {
  test("a request stays at the gate until it is lifted, and only the first that fits", async () => {
    await using rig = await openRig();
    using client = clients[0]!.open(rig.gate, certificate.ca);
    const hold = rig.gate.disturb({ kind: "hold", at: "request", match: { verbs: ["update"] } }, "f1");
    expect((await client.send(LOCK).reply).status).toBe(200);
    const call = client.send(LOCK, renewal);
    await hold.hit(never());
    expect((await client.send(LOCK, renewal).reply).status).toBe(200);
    expect(await isOpen(call.reply)).toBe(true);
    expect(rig.api.seen).toHaveLength(2);
    hold.lift();
    expect((await call.reply).status).toBe(200);
    expect(hold.hits()).toBe(1);
  });

  test("a write after a read is told from one after a write, and a release from a renewal", async () => {
    await using rig = await openRig();
    using client = clients[0]!.open(rig.gate, certificate.ca);
    const afterRead = rig.gate.disturb({ kind: "hold", at: "request", such: "after-read", match: all }, "f1");
    const release = rig.gate.disturb({ kind: "hold", at: "request", such: "release", match: all }, "f2");
    expect((await client.send(LOCK, renewal).reply).status).toBe(200);
    expect(afterRead.hits() + release.hits()).toBe(0);
    const body = JSON.stringify({ metadata: { name: "lock" }, spec: { holderIdentity: "" } });
    const released = client.send(LOCK, { ...renewal, body });
    await release.hit(never());
    release.lift();
    expect((await released.reply).status).toBe(200);
    expect(afterRead.hits()).toBe(0);
  });

  test("a read is not held after a read, the write that follows is", async () => {
    await using rig = await openRig();
    using client = clients[0]!.open(rig.gate, certificate.ca);
    const match = { verbs: ["update"] } as const;
    const hold = rig.gate.disturb({ kind: "hold", at: "request", such: "after-read", match }, "f1");
    await client.send(LOCK).reply;
    await client.send(LOCK).reply;
    expect(hold.hits()).toBe(0);
    const write = client.send(LOCK, renewal);
    await hold.hit(never());
    hold.lift();
    expect((await write.reply).status).toBe(200);
  });

  test("a reply is held once the write is committed; a refusal passes", async () => {
    await using rig = await openRig();
    using client = clients[0]!.open(rig.gate, certificate.ca);
    const hold = rig.gate.disturb({ kind: "hold", at: "reply", match: all }, "f1");
    rig.api.hold();
    const refused = client.send(LOCK, renewal);
    (await rig.api.nth(1)).answer({}, 409);
    expect((await refused.reply).status).toBe(409);
    expect(hold.hits()).toBe(0);
    const call = client.send(LOCK, renewal);
    (await rig.api.nth(2)).answer();
    await hold.hit(never());
    expect(await isOpen(call.reply)).toBe(true);
    hold.lift();
    expect((await call.reply).status).toBe(200);
    expect(await rig.nthReturn(2)).toMatchObject({ type: "ok", fault: "f1", committed: expect.anything() });
  });
});

test("a latency and a hold together: the call waits for both", async () => {
  await using rig = await openRig();
  using client = clients[0]!.open(rig.gate, certificate.ca);
  const slow = rig.gate.disturb({ kind: "latency", match: all, before: millis(3_600_000), after: millis(0) }, "f1");
  const hold = rig.gate.disturb({ kind: "hold", at: "request", match: all }, "f2");
  const call = client.send(LOCK);
  await hold.hit(never());
  slow.lift();
  expect(await isOpen(call.reply)).toBe(true);
  hold.lift();
  expect((await call.reply).status).toBe(200);
});
