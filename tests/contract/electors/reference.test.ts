import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Api } from "./api.ts";
import { claim, disclaim, Replica } from "./process.ts";

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(5); // vitest's own limit ends a wait that never comes true
};

describe("the reference elector as a process", () => {
  test("claims once its acquiring write was answered, and not before", async () => {
    await using api = await Api.open();
    let early: number | undefined;
    await using replica = new Replica(api);
    api.hold = async ({ method }) => {
      if (method !== "POST") return;
      await sleep(100);
      early = replica.lines.length + api.acts.length;
    };
    await replica.stated(1);
    expect(early).toBe(0);
    expect(replica.lines).toEqual([claim(0)]);
    expect(api.lease!.spec).toMatchObject({ holderIdentity: "demo-1", leaseDurationSeconds: 1, leaseTransitions: 0 });
    expect(api.lease!.spec["renewTime"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  test("on SIGTERM its acts are over and the disclaim is written before the release is answered; it ends with 0", async () => {
    await using api = await Api.open();
    await using replica = new Replica(api);
    await until(() => api.acts.length > 2);
    let acts = -1;
    api.hold = async ({ method, body }) => {
      if (method !== "PUT" || body.spec?.["holderIdentity"] !== "") return;
      await replica.stated(2); // never, if the disclaim waited for this answer
      acts = api.acts.length;
      await sleep(150);
    };
    expect(await replica.end("SIGTERM")).toBe(0);
    expect(replica.lines).toEqual([claim(0), disclaim]);
    expect(api.acts.length).toBe(acts);
    expect(api.acts.every(({ token }) => token === 0)).toBe(true);
    expect(api.lease!.spec["holderIdentity"]).toBe("");
  });

  test("cut off it stops and disclaims; healed it leads again, and other fields of the Lease are kept", async () => {
    await using api = await Api.open();
    await using replica = new Replica(api);
    await replica.stated(1);
    api.silent = true;
    await replica.stated(2);
    const acts = api.acts.length;
    await sleep(150);
    expect(api.acts.length).toBe(acts);
    api.lease = { ...api.lease!, metadata: { ...api.lease!.metadata, labels: { team: "a" } } };
    api.silent = false;
    await replica.stated(3);
    expect(replica.lines).toEqual([claim(0), disclaim, claim(0)]);
    expect(api.lease.metadata["labels"]).toEqual({ team: "a" });
  });

  test("a second replica waits, and takes a released lease with the next token", async () => {
    await using api = await Api.open();
    await using first = new Replica(api);
    await first.stated(1);
    await using second = new Replica(api, [], { POD_NAME: "demo-2" });
    await sleep(400);
    expect(second.lines).toEqual([]);
    await first.end("SIGTERM");
    await second.stated(1);
    expect(second.lines).toEqual([claim(1)]);
  });

  test("a standby ends with 0 and no word", async () => {
    await using api = await Api.open();
    await using first = new Replica(api);
    await first.stated(1);
    let reads = 0;
    api.hold = async ({ method }) => void (method === "GET" && reads++);
    await using second = new Replica(api, [], { POD_NAME: "demo-2" });
    await until(() => reads > 0);
    expect(await second.end("SIGTERM")).toBe(0);
    expect(second.lines).toEqual([]);
    expect(api.lease!.spec["holderIdentity"]).toBe("demo-1");
  });

  test("the deviation claim-before-write has claimed and acted while its write is held", async () => {
    await using api = await Api.open();
    await using replica = new Replica(api, ["--deviation", "claim-before-write"]);
    let held = false;
    api.hold = async ({ method }) => {
      if (method !== "POST") return;
      await replica.stated(1);
      await until(() => api.acts.length > 0);
      held = true;
    };
    await until(() => held);
    expect(replica.lines).toEqual([claim(0)]);
  });

  test("the deviation no-precondition writes by a patch without a version", async () => {
    await using api = await Api.open();
    await using replica = new Replica(api, ["--deviation", "no-precondition"]);
    const writes: { method: string; version: unknown }[] = [];
    api.hold = async ({ method, body }) => void writes.push({ method, version: body.metadata?.resourceVersion });
    await until(() => writes.some(({ method }) => method === "PATCH"));
    expect(writes.find(({ method }) => method === "PATCH")!.version).toBeUndefined();
    await replica.stated(1);
  });

  test("--http answers with the leader's name", async () => {
    await using api = await Api.open();
    await using replica = new Replica(api, ["--http", "4457"], { POD_IP: "127.0.0.9" });
    await replica.stated(1);
    const answer = await fetch("http://127.0.0.9:4457/");
    expect(await answer.json()).toEqual({ name: "demo-1" });
  });

  test.each([
    [[], { POD_NAME: "" }, /POD_NAME is not set/],
    [[], { RENEW_DEADLINE_MS: "2000" }, /LEASE_DURATION_MS must be greater/],
    [["--deviation", "nothing"], {}, /no deviation is called nothing/],
  ] as const)("refuses to start: %j %j", async (argv, env, message) => {
    await using api = await Api.open();
    await using replica = new Replica(api, argv, env);
    expect(await replica.gone()).toBe(2);
    expect(replica.errors.join("\n")).toMatch(message);
  });
});
