import fc from "fast-check";
import { mostly, of, some } from "./chance.ts";

const micro = mostly(
  of("2026-01-02T03:04:05.678901Z", "2026-01-02T03:04:06.000000Z", "2026-01-02T04:04:05.100000+01:00"),
  of<unknown>("2026-01-02T03:04:05Z", "yesterday", 5, null),
);
const whole = (...usual: readonly number[]): fc.Arbitrary<unknown> =>
  mostly(of(...usual), of<unknown>(-1, 0, 1.5, "3", null, true));

export const lease = some({
  holderIdentity: mostly(of("a", "b", ""), of<unknown>(null, 1)),
  leaseDurationSeconds: whole(15, 1, 60),
  acquireTime: micro,
  renewTime: micro,
  leaseTransitions: whole(0, 1, 2),
});
export const oddLease = of<object>({ nonsense: 1 }, { HolderIdentity: "c" });

const data = fc.dictionary(of("k", "l", "election"), of("1", "2", ""), { maxKeys: 3 });
export const configmap = some({
  data: mostly(data, of<unknown>({ "bad key!": "x" }, { k: 1 }, null, { k: null }, { "..": "x" }, "text")),
  binaryData: mostly(of({ b: "AAEC" }), of<unknown>({ b: "not base64!" }, { b: "" })),
  nonsense: of(1, null),
});

const subset = of<unknown>(
  { addresses: [{ ip: "10.0.0.1" }], ports: [{ port: 80 }] },
  {
    addresses: [{ ip: "10.0.0.1", hostname: "h" }, { ip: "10.0.0.2" }],
    ports: [{ name: "a", port: 80, protocol: "UDP" }],
  },
  { notReadyAddresses: [{ ip: "10.0.0.3", nodeName: "n" }] },
);
export const endpoints = some({ subsets: mostly(fc.array(subset, { maxLength: 2 }), of<unknown>(null, "text", [{}])) });

const address = mostly(of(["10.0.0.1"], ["10.0.0.2"]), of<unknown>([], null, "10.0.0.1"));
const endpoint = fc
  .tuple(
    address,
    some({
      conditions: some({ ready: fc.boolean(), serving: fc.boolean() }),
      hostname: of("h"),
      nodeName: of("n", "m"),
      targetRef: of({ kind: "Pod", namespace: "$NAMESPACE", name: "p" }),
      zone: of("z"),
    }),
  )
  .map(([addresses, rest]) => ({ addresses, ...rest }));
const slicePort = mostly(
  of<object>({ port: 80 }, { port: 80, name: "p" }, { port: 81, protocol: "UDP" }),
  of({ port: "x" }),
);
/** With endpoints and ports always; `unasked` says why. */
export const endpointSlice = fc.record({
  addressType: mostly(of("IPv4"), of<unknown>("IPv6", "Odd", "", 4)),
  endpoints: fc.array(endpoint, { minLength: 1, maxLength: 2 }),
  ports: slicePort.map((port) => [port]),
});

const plainInvolved = of(
  { kind: "Lease", namespace: "$NAMESPACE", name: "a" },
  { kind: "Pod", namespace: "$NAMESPACE", name: "b", apiVersion: "v1" },
);
const involved = mostly(
  plainInvolved,
  of<unknown>({ kind: "Lease", namespace: "elsewhere", name: "a" }, { kind: "Node", name: "n" }, {}),
);
const seconds = mostly(of("2026-01-02T03:04:05Z"), of<unknown>("nonsense", null));
export const event = fc
  .tuple(
    involved,
    some({
      reason: of("LeaderElection", "Started"),
      message: of("became leader", ""),
      type: mostly(of("Normal", "Warning"), of("Odd")),
      count: whole(1, 2),
      firstTimestamp: seconds,
      lastTimestamp: seconds,
      source: of({ component: "c" }, { component: "c", host: "h" }),
    }),
  )
  .map(([involvedObject, rest]) => ({ involvedObject, ...rest }));
export const newEvent = fc
  .tuple(
    plainInvolved,
    some({ reason: of("LeaderElection"), note: of("became leader", ""), type: of("Normal", "Warning") }),
  )
  .map(([regarding, rest]) => ({
    regarding,
    action: "Electing",
    reason: "LeaderElection",
    type: "Normal",
    reportingController: "example.com/c",
    reportingInstance: "i",
    eventTime: "2026-01-02T03:04:05.678901Z",
    ...rest,
  }));
