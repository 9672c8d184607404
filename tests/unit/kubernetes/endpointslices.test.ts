import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../harness/kubernetes/objects.ts";
import { object, refusal, testStore } from "./build.ts";

const addressed = { addressType: "IPv4", endpoints: [{ addresses: ["10.0.0.1"] }], ports: [{ port: 80 }] };
const slice = (fields: object) =>
  object("discovery.k8s.io/v1", "EndpointSlice", { metadata: { name: "a" }, ...fields });

function made(fields: object = addressed) {
  const { store } = testStore();
  return { store, first: store.create("endpointslices", "default", slice(fields)) };
}

describe("EndpointSlices", () => {
  test("get the defaults of their ports and conditions, and null for what is not there", () => {
    expect(made().first).toMatchObject({
      endpoints: [{ addresses: ["10.0.0.1"], conditions: {} }],
      ports: [{ name: "", protocol: "TCP", port: 80 }],
    });
    expect(made({ addressType: "IPv4", endpoints: [] }).first).toMatchObject({ endpoints: null, ports: null });
  });

  test("say whose fields are whose, lists as one", () => {
    expect(made().first.metadata["managedFields"]).toMatchObject([
      { fieldsV1: { "f:addressType": {}, "f:endpoints": {}, "f:ports": {} } },
    ]);
  });

  test("are a new generation when more than annotations change", () => {
    const { store, first } = made();
    const put = (changed: Partial<KubeObject>) => store.update("endpointslices", { ...first, ...changed });
    const metadata = { name: "a", namespace: "default" };
    expect(put({ metadata: { ...metadata, annotations: { x: "y" } } }).metadata.generation).toBe(1);
    expect(put({ metadata: { ...metadata, labels: { x: "y" } } }).metadata.generation).toBe(2);
    expect(put({ metadata, ports: [{ port: 81 }] }).metadata.generation).toBe(3);
  });

  test.each([
    [{}, "addressType: Required value"],
    [{ addressType: "Odd" }, 'addressType: Unsupported value: "Odd": supported values: "FQDN", "IPv4", "IPv6"'],
    [
      { addressType: "IPv4", endpoints: [{ addresses: [] }] },
      "endpoints[0].addresses: Required value: must contain at least 1 address",
    ],
    [
      { ...addressed, addressType: "IPv6" },
      'endpoints[0].addresses: Invalid value: "10.0.0.1": must be an IPv6 address',
    ],
  ])("%j is refused", (fields, why) => {
    expect(refusal(() => made(fields)).message).toBe(`EndpointSlice.discovery.k8s.io "a" is invalid: ${why}`);
  });

  test("an applied type that is empty is another one", () => {
    const { store } = made();
    const ref = { resource: "endpointslices", namespace: "default", name: "a" };
    const apply = () => store.patch(ref, "apply", slice({ addressType: "" }), { fieldManager: "m" });
    expect(refusal(apply).details?.causes?.map(({ field }) => field)).toEqual([".addressType"]);
  });

  test("are not looked at for what they were", () => {
    const { store, first } = made();
    const causes = (changed: object) => {
      const metadata = { ...first.metadata, ...changed };
      return refusal(() => store.update("endpointslices", { ...first, metadata })).details?.causes;
    };
    expect(causes({ deletionGracePeriodSeconds: 7 })).toHaveLength(1);
    expect(causes({ finalizers: ["bad name!"] })).toHaveLength(3);
  });

  test("keep their type of address", () => {
    const { store, first } = made();
    expect(refusal(() => store.update("endpointslices", { ...first, addressType: "IPv6" })).message).toContain(
      'addressType: Invalid value: "IPv6": field is immutable',
    );
  });
});
