import { describe, expect, test } from "vitest";
import { millis } from "../../../harness/core/time.ts";
import { clients } from "./clients.ts";
import { certificate, isOpen, LOCK, openRig, renewal, WATCH } from "./rig.ts";

const HOUR = millis(3_600_000);
const never = (): AbortSignal => new AbortController().signal;

describe.each(clients)("disturbing a client over $name", ({ open }) => {
  test("blackhole silences live connections and new ones; lifting it resets the old and lets new ones work", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const watch = client.send(WATCH);
    const { response } = await rig.api.nth(1);
    response.writeHead(200).write("one\n");
    await watch.some;
    rig.api.hold();
    const call = client.send(LOCK, renewal);
    const seen = await rig.api.nth(2);

    const hole = rig.gate.disturb({ kind: "blackhole" }, "f1");
    await hole.hit(never());
    expect(hole.hits()).toBeGreaterThanOrEqual(1);
    seen.answer();
    response.end("two\n");
    const later = client.send(LOCK);
    using stranger = open(rig.gate, certificate.ca);
    const foreign = stranger.send(LOCK);
    expect(await isOpen(Promise.race([watch.reply, call.reply, later.reply, foreign.reply]))).toBe(true);
    expect(rig.api.seen.length).toBe(2);
    expect(rig.returns()).toEqual([]);

    rig.api.unhold();
    hole.lift();
    await expect(watch.reply).rejects.toThrow();
    await expect(call.reply).rejects.toThrow();
    await rig.nthReturn(2);
    const ends = rig.returns().toSorted((one, other) => one.call - other.call);
    expect(ends).toMatchObject([
      { call: 1, type: "info", fault: "f1" },
      { call: 2, type: "info", status: 0, fault: "f1", version: "8", committed: { at: expect.any(Number) } },
    ]);
    using anew = open(rig.gate, certificate.ca);
    expect((await anew.send(LOCK).reply).status).toBe(200);
    expect((await rig.nthReturn(3)).fault).toBeUndefined();
  });

  test("refuse resets live connections and new ones", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const watch = client.send(WATCH);
    (await rig.api.nth(1)).response.writeHead(200).write("one\n");
    await watch.some;
    const wall = rig.gate.disturb({ kind: "refuse" }, "f2");
    expect(wall.hits()).toBe(1);
    await expect(watch.reply).rejects.toThrow();
    expect(await rig.nthReturn(1)).toMatchObject({ type: "info", status: 200, fault: "f2" });
    await expect(client.send(LOCK).reply).rejects.toThrow();
    expect(wall.hits()).toBeGreaterThanOrEqual(2);
    expect(rig.api.seen.length).toBe(1);
    wall.lift();
    expect((await client.send(LOCK).reply).status).toBe(200);
  });

  test("latency before the API: nothing is forwarded meanwhile; a live watch is left alone", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const watch = client.send(WATCH);
    const { response } = await rig.api.nth(1);
    response.writeHead(200).write("one\n");
    await watch.some;
    const slow = rig.gate.disturb({ kind: "latency", match: {}, before: HOUR, after: millis(0) }, "f3");
    const call = client.send(LOCK, renewal);
    await slow.hit(never());
    response.end("two\n");
    expect((await watch.reply).body).toBe("one\ntwo\n");
    expect(await isOpen(call.reply)).toBe(true);
    expect(rig.api.seen.length).toBe(1);
    slow.lift();
    expect((await call.reply).status).toBe(200);
    expect(await rig.nthReturn(2)).toMatchObject({ type: "ok", fault: "f3" });
  });

  test("latency after the API: committed early, answered late", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const slow = rig.gate.disturb(
      { kind: "latency", match: { verbs: ["update"] }, before: millis(0), after: HOUR },
      "f4",
    );
    const call = client.send(LOCK, renewal);
    await rig.api.nth(1);
    expect(await isOpen(call.reply)).toBe(true);
    expect((await client.send(LOCK).reply).status).toBe(200); // no update: untouched
    const lifted = performance.now();
    slow.lift();
    expect((await call.reply).status).toBe(200);
    const end = await rig.nthReturn(2);
    expect(end).toMatchObject({ type: "ok", fault: "f4", version: "8" });
    expect(end.committed!.at).toBeLessThan(lifted);
    expect(end.at).toBeGreaterThanOrEqual(lifted);
    expect(slow.hits()).toBe(1);
  });

  test("latency runs out by itself", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    rig.gate.disturb({ kind: "latency", match: {}, before: millis(15), after: millis(15) }, "f5");
    expect((await client.send(LOCK, renewal).reply).status).toBe(200);
    expect((await client.send("/version").reply).status).toBe(200);
    const end = await rig.nthReturn(1);
    expect(end.committed!.since - rig.invokes()[0]!.at).toBeGreaterThanOrEqual(14);
    expect(end.at - end.committed!.at).toBeGreaterThanOrEqual(14);
  });

  test("a client that gives up in a latency: unforwarded it changed nothing, committed it is said", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const early = rig.gate.disturb({ kind: "latency", match: {}, before: HOUR, after: millis(0) }, "f6");
    const first = client.send(LOCK, renewal);
    await early.hit(never());
    first.hangUp();
    const unforwarded = await rig.nthReturn(1);
    expect(unforwarded).toMatchObject({ type: "info", fault: "f6" });
    expect(unforwarded.committed).toBeUndefined();
    early.lift();
    rig.gate.disturb({ kind: "latency", match: {}, before: millis(0), after: HOUR }, "f7");
    const second = client.send(LOCK, renewal);
    expect(await isOpen(rig.api.nth(1).then(() => second.reply))).toBe(true);
    second.hangUp();
    expect(await rig.nthReturn(2)).toMatchObject({
      type: "info",
      fault: "f7",
      version: "8",
      committed: { at: expect.any(Number) },
    });
    expect(rig.api.seen.length).toBe(1);
  });

  test("status answers in the API's own words, as often as told, and forwards nothing", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const match = { verbs: ["update"], resources: ["leases"], objects: ["lock"] } as const;
    const busy = rig.gate.disturb({ kind: "status", match, status: 429, retryAfterSeconds: 3, times: 1 }, "f8");
    const conflict = rig.gate.disturb({ kind: "status", match, status: 409, times: 1 }, "f9");
    const first = await client.send(LOCK, renewal).reply;
    expect(first).toMatchObject({ status: 429, headers: { "retry-after": "3" } });
    expect(JSON.parse(first.body)).toMatchObject({ kind: "Status", reason: "TooManyRequests", code: 429 });
    const second = await client.send(LOCK, renewal).reply;
    expect(JSON.parse(second.body)).toMatchObject({
      reason: "Conflict",
      code: 409,
      details: { name: "lock", group: "coordination.k8s.io", kind: "leases" },
    });
    expect(rig.api.seen.length).toBe(0);
    expect((await client.send(LOCK, renewal).reply).status).toBe(200);
    await rig.nthReturn(3);
    expect(rig.returns()).toMatchObject([
      { type: "fail", status: 429, fault: "f8" },
      { type: "fail", status: 409, fault: "f9" },
      { type: "ok", status: 200 },
    ]);
    expect([busy.hits(), conflict.hits()]).toEqual([1, 1]);
  });

  test("lose-reply commits, cuts the client off without a byte, and knows it", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    await client.send(LOCK).reply;
    const loss = rig.gate.disturb({ kind: "lose-reply", match: { verbs: ["update"] }, times: 1 }, "f10");
    await expect(client.send(LOCK, renewal).reply).rejects.toThrow();
    const end = await rig.nthReturn(2);
    expect(end).toMatchObject({ type: "info", status: 0, fault: "f10", version: "8", record: { holder: "demo-1" } });
    expect(end.committed!.at).toBeLessThanOrEqual(end.at);
    expect(rig.api.seen.length).toBe(2);
    expect(loss.hits()).toBe(1);
    expect((await client.send(LOCK, renewal).reply).status).toBe(200);
    expect(await rig.nthReturn(3)).toMatchObject({ type: "ok" });
  });

  test("the harness's own questions are disturbed, but neither recorded nor counted", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    const ask = { headers: { "x-interregnum-ask": "1" } };
    expect((await client.send("/version", ask).reply).status).toBe(200);
    expect(rig.api.seen[0]!.headers["x-interregnum-ask"]).toBeUndefined();
    const error = rig.gate.disturb({ kind: "status", match: {}, status: 503, times: 1 }, "f11");
    for (let round = 0; round < 2; round += 1) expect((await client.send(LOCK, ask).reply).status).toBe(503);
    expect(error.hits()).toBe(0);
    expect((await client.send(LOCK).reply).status).toBe(503);
    expect(error.hits()).toBe(1);
    await rig.nthReturn(1);
    expect(rig.events.length).toBe(2);
  });

  test("what was frozen stays frozen until the last blackhole is lifted", async () => {
    await using rig = await openRig();
    using client = open(rig.gate, certificate.ca);
    rig.api.hold();
    const call = client.send(LOCK);
    await rig.api.nth(1);
    const first = rig.gate.disturb({ kind: "blackhole" }, "f12");
    const second = rig.gate.disturb({ kind: "blackhole" }, "f13");
    first.lift();
    first.lift();
    expect(await isOpen(call.reply)).toBe(true);
    second.lift();
    await expect(call.reply).rejects.toThrow();
  });
});
