import { expect, test } from "vitest";
import { answerHeaders, forwardHeaders } from "../../../harness/gate/headers.ts";
import { clients } from "./clients.ts";
import { certificate, openRig } from "./rig.ts";

const flat = (headers: Record<string, string>): string[] => Object.entries(headers).flat();

test("end-to-end headers pass in their order, hop-by-hop ones and pseudo-headers do not", () => {
  const headers = {
    ":path": "/",
    Host: "gate",
    Accept: "application/json",
    connection: "keep-alive, X-Private",
    "x-private": "1",
    TE: "trailers",
    "User-Agent": "elector",
    "content-length": "3",
    Expect: "100-continue",
    "x-interregnum-ask": "1",
  };
  const parsed = { connection: headers.connection };
  expect(forwardHeaders(flat(headers), parsed, undefined)).toEqual([
    "Accept",
    "application/json",
    "User-Agent",
    "elector",
  ]);
  expect(answerHeaders({ connection: "close", "keep-alive": "timeout=5", "retry-after": "1" })).toEqual({
    "retry-after": "1",
  });
});

test("the upstream's token is added only for a client without credentials", () => {
  expect(forwardHeaders([], {}, "secret")).toEqual(["authorization", "Bearer secret"]);
  expect(forwardHeaders(["Authorization", "mine"], { authorization: "mine" }, "secret")).toEqual([
    "Authorization",
    "mine",
  ]);
});

test.each(clients)("over $name: headers of both directions, and the token, reach the other side", async ({ open }) => {
  await using rig = await openRig({ upstreamTls: { token: "secret" } });
  using client = open(rig.gate, certificate.ca);
  rig.api.hold();
  const call = client.send("/version", { headers: { accept: "application/json", "x-kept": "yes" } });
  const seen = await rig.api.nth(1);
  expect(seen.headers).toMatchObject({ accept: "application/json", "x-kept": "yes", authorization: "Bearer secret" });
  expect(`http://${seen.headers.host}`).toBe(rig.api.url);
  seen.answer({}, 200, { "audit-id": "abc", "cache-control": "no-cache, private" });
  expect((await call.reply).headers).toMatchObject({ "audit-id": "abc", "cache-control": "no-cache, private" });
});
