import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { openGate } from "../../../harness/gate/gate.ts";
import { countHits } from "../../../harness/gate/hits.ts";
import { routeOf } from "../../../harness/gate/route.ts";
import { statusBody } from "../../../harness/gate/status-body.ts";
import { certificate } from "./rig.ts";

test("the certificate is signed by its CA and names loopback and the in-cluster API", () => {
  const server = new X509Certificate(certificate.cert);
  const authority = new X509Certificate(certificate.ca);
  expect(authority.ca).toBe(true);
  expect(server.ca).toBe(false);
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(server.serialNumber).not.toBe(authority.serialNumber);
  for (const name of ["localhost", "kubernetes.default.svc"]) expect(server.checkHost(name)).toBe(name);
  for (const address of ["127.0.0.1", "::1"]) expect(server.checkIP(address)).toBeDefined();
  expect(certificate.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
});

test("hits: the first wakes, an abort rejects with its reason, later ones find it at once", async () => {
  const hits = countHits();
  const abort = new AbortController();
  const aborted = hits.first(abort.signal);
  const waiting = hits.first(new AbortController().signal);
  abort.abort(new Error("enough"));
  await expect(aborted).rejects.toThrow("enough");
  await expect(hits.first(abort.signal)).rejects.toThrow("enough");
  hits.add();
  await waiting;
  await hits.first(abort.signal);
  expect(hits.count()).toBe(1);
});

const lock = "/apis/coordination.k8s.io/v1/namespaces/arena/leases/lock";
test.each([
  [401, "GET", "Unauthorized"],
  [403, "PUT", "Forbidden"],
  [404, "GET", "NotFound"],
  [409, "PUT", "Conflict"],
  [409, "POST", "AlreadyExists"],
  [410, "GET", "Expired"],
  [429, "GET", "TooManyRequests"],
  [500, "GET", "InternalError"],
  [503, "GET", "ServiceUnavailable"],
  [504, "GET", "Timeout"],
  [599, "GET", "Unknown"],
])("status %i of a %s has the reason %s", (status, method, reason) => {
  const body: unknown = JSON.parse(statusBody(status, routeOf(method, lock), undefined).toString());
  expect(body).toMatchObject({ kind: "Status", apiVersion: "v1", status: "Failure", code: status, reason });
});

test("an address that is no URL is refused with what would be right", async () => {
  const options = {
    upstream: "nowhere",
    who: () => ({ replica: "r", incarnation: 1 }),
    recorder: undefined as never,
    lock: { resource: "leases", namespace: "n", name: "l" },
    certificate,
  };
  await expect(openGate(options)).rejects.toMatchObject({
    name: "HarnessError",
    mend: expect.stringContaining("http"),
  });
});
