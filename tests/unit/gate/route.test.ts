import { expect, test } from "vitest";
import { routeOf } from "../../../harness/gate/route.ts";

const leases = "/apis/coordination.k8s.io/v1/namespaces/arena/leases";

test.each([
  ["GET", `${leases}/lock`, "get", "leases", "arena", "lock"],
  ["GET", `${leases}?limit=5`, "list", "leases", "arena", ""],
  ["GET", `${leases}?watch=1&resourceVersion=5`, "watch", "leases", "arena", ""],
  ["GET", `${leases}?watch=false`, "list", "leases", "arena", ""],
  ["GET", `${leases}/lock?watch=true`, "watch", "leases", "arena", "lock"],
  ["GET", "/api/v1/watch/namespaces/arena/configmaps/lock", "watch", "configmaps", "arena", "lock"],
  ["POST", leases, "create", "leases", "arena", ""],
  ["PUT", `${leases}/lock`, "update", "leases", "arena", "lock"],
  ["PATCH", `${leases}/lock?fieldManager=me`, "patch", "leases", "arena", "lock"],
  ["DELETE", `${leases}/lock`, "delete", "leases", "arena", "lock"],
  ["DELETE", leases, "deletecollection", "leases", "arena", ""],
  ["GET", "/apis/coordination.k8s.io/v1/leases", "list", "leases", "", ""],
  ["GET", "/api/v1/namespaces", "list", "namespaces", "", ""],
  ["GET", "/api/v1/namespaces/arena", "get", "namespaces", "", "arena"],
  ["PUT", "/api/v1/namespaces/arena/finalize", "update", "namespaces/finalize", "", "arena"],
  ["PATCH", "/api/v1/namespaces/arena/pods/p-1/status", "patch", "pods/status", "arena", "p-1"],
  ["POST", "/api/v1/namespaces/arena/pods/p-1/eviction", "create", "pods/eviction", "arena", "p-1"],
  ["GET", "/api/v1/nodes/n-1/proxy/metrics", "get", "nodes/proxy/metrics", "", "n-1"],
  ["GET", "/api/v1/namespaces/arena/endpoints/a%2Fb", "get", "endpoints", "arena", "a/b"],
  ["GET", "/api/v1/namespaces/arena/endpoints/%zz", "get", "endpoints", "arena", "%zz"],
  ["OPTIONS", `${leases}/lock`, "other", "leases", "arena", "lock"],
  ["GET", "/version", "other", "", "", "/version"],
  ["GET", "/apis", "other", "", "", "/apis"],
  ["GET", "/api/v1", "other", "", "", "/api/v1"],
  ["GET", "*", "other", "", "", "*"],
])("%s %s is %s of %s", (method, target, verb, resource, namespace, object) => {
  expect(routeOf(method, target)).toEqual({ verb, resource, namespace, object, dry: false });
});

test("a dry run is told from a write", () => {
  expect(routeOf("PUT", `${leases}/lock?dryRun=All`).dry).toBe(true);
  expect(routeOf("PUT", `${leases}/lock?dryRun=`).dry).toBe(false);
});
