import { describe, expect, test } from "vitest";
import { clients } from "./clients.ts";
import { certificate, COLLECTION, isOpen, LOCK, openRig, renewal, WATCH } from "./rig.ts";
import { lease, openUpstream } from "./upstream.ts";

describe.each(clients)("a gate before a client over $name", ({ open }) => {
  test("passes a write on and records it with its versions, its record and when it was committed", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const reply = await client.send(LOCK, renewal).reply;
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toEqual(lease("demo-1", "8"));
    expect(rig.api.seen[0]).toMatchObject({ method: "PUT", url: LOCK });
    expect(rig.api.seen[0]!.body.toString()).toBe(renewal.body);
    const end = await rig.nthReturn(1);
    const [invoke] = rig.invokes();
    expect(invoke).toMatchObject({ verb: "update", resource: "leases", object: "lock", version: "7", call: 1 });
    expect(invoke!.record).toMatchObject({ holder: "demo-1", durationSeconds: 15 });
    expect(end).toMatchObject({ type: "ok", status: 200, call: 1, version: "8", replica: "demo-1", incarnation: 1 });
    expect(end.record).toMatchObject({ holder: "demo-1", transitions: 1 });
    expect(invoke!.at).toBeLessThanOrEqual(end.committed!.since);
    expect(end.committed!.since).toBeLessThanOrEqual(end.committed!.at);
    expect(end.committed!.at).toBeLessThanOrEqual(end.at);
    expect(end.fault).toBeUndefined();
  });

  test("records what a read of the lock showed, and no commit", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    await client.send(LOCK).reply;
    const end = await rig.nthReturn(1);
    expect(rig.invokes()[0]).toMatchObject({ verb: "get", object: "lock" });
    expect(end).toMatchObject({ type: "ok", version: "8", record: { holder: "demo-1" } });
    expect(end.committed).toBeUndefined();
  });

  test("records the namespace of a call that is not the election's", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    await client.send(LOCK.replace("/arena/", "/kube-system/")).reply;
    await client.send(LOCK).reply;
    await client.send("/api/v1/nodes/n").reply;
    await rig.nthReturn(3);
    expect(rig.invokes().map(({ object, namespace }) => [object, namespace])).toEqual([
      ["lock", "kube-system"],
      ["lock", undefined],
      ["n", undefined],
    ]);
  });

  test("records an error of the API as a failure, and an unsure one of a write as unknown", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    rig.api.hold();
    const conflict = client.send(LOCK, renewal);
    (await rig.api.nth(1)).answer({ kind: "Status", code: 409 }, 409);
    expect((await conflict.reply).status).toBe(409);
    expect(await rig.nthReturn(1)).toMatchObject({ type: "fail", status: 409 });
    const broken = client.send(LOCK, renewal);
    (await rig.api.nth(2)).answer({ kind: "Status", code: 504 }, 504);
    expect((await broken.reply).status).toBe(504);
    expect(await rig.nthReturn(2)).toMatchObject({ type: "info", status: 504 });
    expect(rig.returns().map((end) => end.committed)).toEqual([undefined, undefined]);
  });

  test("hands a watch's bytes on as they come", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const watch = client.send(WATCH);
    const { response } = await rig.api.nth(1);
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    expect(await watch.head).toBe(200);
    response.write('{"type":"ADDED"}\n');
    expect(await watch.some).toBe('{"type":"ADDED"}\n');
    expect(rig.returns()).toEqual([]);
    response.end('{"type":"MODIFIED"}\n');
    expect((await watch.reply).body).toBe('{"type":"ADDED"}\n{"type":"MODIFIED"}\n');
    expect(await rig.nthReturn(1)).toMatchObject({ type: "ok", status: 200 });
  });

  test("relays bodies larger than it keeps, both ways, unread", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    rig.api.hold();
    const padding = { metadata: { name: "lock", resourceVersion: "7", annotations: { pad: "x".repeat(3 << 20) } } };
    const body = Buffer.from(JSON.stringify({ ...lease("demo-1", "7"), ...padding }));
    const call = client.send(LOCK, { method: "PUT", body, headers: { "content-type": "application/json" } });
    const seen = await rig.api.nth(1);
    expect(seen.body.equals(body)).toBe(true);
    seen.answer(body);
    expect((await call.reply).body).toBe(body.toString());
    const end = await rig.nthReturn(1);
    expect(end.type).toBe("ok");
    expect(end.committed).toBeDefined();
    expect(end.record).toBeUndefined();
    expect(rig.invokes()[0]!.record).toBeUndefined();
  });

  test("answers bodiless calls bodilessly", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    rig.api.hold();
    const call = client.send("/healthz");
    const { response } = await rig.api.nth(1);
    response.writeHead(204).end();
    expect(await call.reply).toMatchObject({ status: 204, body: "" });
  });

  test("a write whose client hung up is unknown to it, and says when it was committed", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    rig.api.hold();
    const call = client.send(LOCK, renewal);
    const seen = await rig.api.nth(1);
    call.hangUp();
    await expect(call.reply).rejects.toThrow();
    expect(await isOpen(rig.nthReturn(1))).toBe(true);
    seen.answer();
    const end = await rig.nthReturn(1);
    expect(end).toMatchObject({ type: "info", status: 0, version: "8", record: { holder: "demo-1" } });
    expect(end.committed!.at).toBeGreaterThanOrEqual(end.committed!.since);
  });

  test("a read whose client hung up ends at once, and the API is let go", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const watch = client.send(WATCH);
    const { response } = await rig.api.nth(1);
    const released = new Promise((resolve) => response.once("close", resolve));
    watch.hangUp();
    expect(await rig.nthReturn(1)).toMatchObject({ type: "info" });
    await released;
  });

  test("an API that breaks off leaves its client without an answer, and the call unknown", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    rig.api.hold();
    const call = client.send(LOCK, renewal);
    (await rig.api.nth(1)).response.destroy();
    await expect(call.reply).rejects.toThrow();
    const end = await rig.nthReturn(1);
    expect(end).toMatchObject({ type: "info", status: 0 });
    expect(end.committed).toBeUndefined();
  });

  test("a create of the lock is recorded under the name in its body", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    await client.send(COLLECTION, { ...renewal, method: "POST" }).reply;
    await rig.nthReturn(1);
    expect(rig.invokes()[0]).toMatchObject({ verb: "create", object: "lock", record: { holder: "demo-1" } });
  });

  test("disposal cuts what is open, ends every call in the history and frees the port", async () => {
    const rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    rig.api.hold();
    const watch = client.send(WATCH);
    const call = client.send(LOCK, renewal);
    await rig.api.nth(2);
    await rig.gate[Symbol.asyncDispose]();
    expect(rig.returns().map((end) => end.type)).toEqual(["info", "info"]);
    await expect(watch.reply).rejects.toThrow();
    await expect(call.reply).rejects.toThrow();
    await expect(client.send("/version").reply).rejects.toThrow();
    const before = rig.events.length;
    for (const seen of rig.api.seen) seen.answer();
    await rig[Symbol.asyncDispose]();
    expect(rig.events.length).toBe(before);
  });
});

test("an API over TLS is reached by its CA, and by no other", async () => {
  await using api = await openUpstream(certificate);
  await using trusting = await openRig({ upstream: api.url, upstreamTls: { ca: certificate.ca } });
  await using wary = await openRig({ upstream: api.url });
  using client = clients[0]!.open(trusting.gate, certificate.ca);
  using stranger = clients[0]!.open(wary.gate, certificate.ca);
  expect((await client.send(LOCK).reply).status).toBe(200);
  await expect(stranger.send(LOCK).reply).rejects.toThrow();
  expect(await wary.nthReturn(1)).toMatchObject({ type: "info", status: 0 });
});

test("an API that is down leaves the call unknown, and works again when it is back", async () => {
  const api = await openUpstream();
  await api[Symbol.asyncDispose]();
  await using rig = await openRig({ upstream: api.url });
  using client = clients[0]!.open(rig.gate, certificate.ca);
  await expect(client.send(LOCK, renewal).reply).rejects.toThrow();
  const end = await rig.nthReturn(1);
  expect(end).toMatchObject({ type: "info", status: 0 });
  expect(end.committed).toBeUndefined();
  await using back = await openUpstream(undefined, Number(new URL(api.url).port));
  expect((await client.send(LOCK, renewal).reply).status).toBe(200);
  expect(back.seen.length).toBe(1);
});
