import fc from "fast-check";
import { WORKLOADS } from "./masks.ts";

/** Mostly one of the first, now and then one of the odd ones. */
const mostly = <T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ arbitrary: usual, weight: 14 }, { arbitrary: odd, weight: 1 });
const of = fc.constantFrom;
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

const goodLabels = fc.dictionary(of("app", "tier"), of("x", "y", ""), { maxKeys: 2 });
const labels = mostly(
  goodLabels,
  of<unknown>({ "bad key": "x" }, { app: "bad value!" }, { app: 1 }, { app: null }, null, "text", { "a/b/c": "x" }),
);
const goodAnnotations = fc.dictionary(of("note", "example.com/n"), of("1", "2", "", '\u00e4 "quoted" <&>'), {
  maxKeys: 2,
});
const annotations = mostly(goodAnnotations, of<unknown>({ "bad key": "x" }, { note: 2 }, []));
const owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: "aaaaaaaa-1111-4222-8333-444444444444" };
const owners = mostly(
  of([owner], [{ ...owner, controller: true }], []),
  of<unknown>(
    [{ ...owner, uid: "" }],
    [{ ...owner, name: "", kind: "" }],
    [
      { ...owner, controller: true },
      { ...owner, controller: true, uid: "bbbbbbbb-1111-4222-8333-444444444444" },
    ],
  ),
);
const goodFinalizers = of(["example.com/f"], [], ["example.com/f", "example.com/g"]);
const finalizers = mostly(goodFinalizers, of<unknown>(["short"], ["bad name!"], "text"));
const metadataWith = (ends: fc.Arbitrary<unknown>) =>
  mostly(
    fc.oneof(
      { arbitrary: some({ labels, annotations }), weight: 8 },
      { arbitrary: some({ labels, annotations, finalizers: ends }), weight: 1 },
      { arbitrary: some({ labels, ownerReferences: owners }), weight: 1 },
    ),
    of<unknown>(
      { name: "other" },
      { name: "" },
      { namespace: "elsewhere" },
      { nonsense: 1 },
      { creationTimestamp: "2020-01-01T00:00:00Z" },
      { creationTimestamp: "nonsense" },
      { generation: 7 },
      { uid: "nonsense" },
      { selfLink: "/x" },
      { managedFields: [{}] },
      null,
      "text",
      [],
    ),
  );
const metadata = metadataWith(finalizers);
const newEventMetadata = metadataWith(goodFinalizers);

const plainMetadata = some({ labels: goodLabels, annotations: goodAnnotations });

const micro = mostly(
  of("2026-01-02T03:04:05.678901Z", "2026-01-02T03:04:06.000000Z", "2026-01-02T04:04:05.100000+01:00"),
  of<unknown>("2026-01-02T03:04:05Z", "yesterday", 5, null),
);
const whole = (...usual: readonly number[]): fc.Arbitrary<unknown> =>
  mostly(of(...usual), of<unknown>(-1, 0, 1.5, "3", null, true));

const lease = some({
  holderIdentity: mostly(of("a", "b", ""), of<unknown>(null, 1)),
  leaseDurationSeconds: whole(15, 1, 60),
  acquireTime: micro,
  renewTime: micro,
  leaseTransitions: whole(0, 1, 2),
});
const oddLease = of<object>({ nonsense: 1 }, { HolderIdentity: "c" });

const data = fc.dictionary(of("k", "l", "election"), of("1", "2", ""), { maxKeys: 3 });
const configmap = some({
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
const endpoints = some({ subsets: mostly(fc.array(subset, { maxLength: 2 }), of<unknown>(null, "text", [{}])) });

const plainInvolved = of(
  { kind: "Lease", namespace: "$NAMESPACE", name: "a" },
  { kind: "Pod", namespace: "$NAMESPACE", name: "b", apiVersion: "v1" },
);
const involved = mostly(
  plainInvolved,
  of<unknown>({ kind: "Lease", namespace: "elsewhere", name: "a" }, { kind: "Node", name: "n" }, {}),
);
const seconds = mostly(of("2026-01-02T03:04:05Z"), of<unknown>("nonsense", null));
const event = fc
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
const newEvent = fc
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

const container = of(
  { name: "c", image: "i" },
  { name: "c", image: "i:1" },
  { name: "c", image: "i:latest" },
  {
    name: "c",
    image: "i",
    env: [{ name: "A", value: "1" }],
    ports: [{ containerPort: 80 }],
  },
);
const podSpec = fc
  .tuple(
    container,
    some({
      terminationGracePeriodSeconds: of(0, 1, 30),
      nodeName: of("n"),
      restartPolicy: of("Always", "Never"),
      nodeSelector: of({ a: "b" }),
    }),
  )
  .map(([first, rest]) => ({ containers: [first], ...rest }));
const podStatus = some({
  phase: of("Running", "Pending", "Succeeded"),
  podIP: of("10.1.0.1"),
  conditions: of([{ type: "Ready", status: "True" }], [{ type: "Ready", status: "False" }]),
});

const template = container.map((first) => ({ metadata: { labels: { app: "x" } }, spec: { containers: [first] } }));
const workloadSpec = <T extends object>(more: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc
    .tuple(template, some(more))
    .map(([own, rest]) => ({ selector: { matchLabels: { app: "x" } }, template: own, ...rest }));
const replicas = mostly(of(0, 1, 2, 5), of<unknown>(-1, null));
const deployment = workloadSpec({
  replicas,
  minReadySeconds: of(1, 2),
  paused: of(true),
  strategy: of<unknown>(
    { type: "Recreate" },
    { type: "RollingUpdate" },
    { rollingUpdate: { maxSurge: 1 } },
    { type: "RollingUpdate", rollingUpdate: { maxSurge: "50%", maxUnavailable: 0 } },
  ),
});
const replicaset = workloadSpec({ replicas, minReadySeconds: of(1, 2) });
const daemonset = workloadSpec({ updateStrategy: of<unknown>({ type: "OnDelete" }, { type: "RollingUpdate" }) });
const workloadStatus = fc.record({ observedGeneration: of(1, 2), replicas: of(1, 2), readyReplicas: of(1) });
const daemonsetStatus = of({
  currentNumberScheduled: 1,
  numberMisscheduled: 0,
  desiredNumberScheduled: 1,
  numberReady: 1,
});

/** What is drawn for a target: the parts of its objects beside metadata, and those of its status. */
type Bodies = {
  readonly usual: fc.Arbitrary<object>;
  readonly odd?: fc.Arbitrary<object>;
  readonly status?: fc.Arbitrary<object>;
};
const spec = (inner: fc.Arbitrary<object>): fc.Arbitrary<object> => inner.map((value) => ({ spec: value }));
const status = (inner: fc.Arbitrary<object>): fc.Arbitrary<object> => inner.map((value) => ({ status: value }));

const bodies: Readonly<Record<string, Bodies>> = {
  leases: {
    usual: spec(lease),
    odd: fc.oneof(spec(oddLease), of<object>({ spec: null }, { spec: [] }, { nonsense: 1 }, { status: {} })),
  },
  configmaps: { usual: configmap },
  endpoints: { usual: endpoints },
  events: { usual: event },
  "events.k8s.io": { usual: newEvent },
  pods: { usual: spec(podSpec), status: status(podStatus) },
  deployments: { usual: spec(deployment), status: status(workloadStatus) },
  replicasets: { usual: spec(replicaset), status: status(workloadStatus) },
  daemonsets: { usual: spec(daemonset), status: status(daemonsetStatus) },
};

const metadataOf = (target: string): fc.Arbitrary<unknown> =>
  WORKLOADS.includes(target) ? plainMetadata : target === "events.k8s.io" ? newEventMetadata : metadata;

/** An object of a target as a client may write it, without kind, apiVersion and name. */
export function bodyOf(target: string, sub: string): fc.Arbitrary<object> {
  const { usual, odd, status: own } = bodies[target]!;
  if (sub === "scale") return of({ spec: { replicas: 0 } }, { spec: { replicas: 3 } }, { spec: { replicas: -1 } }, {});
  const inner = sub === "status" && own !== undefined ? own : odd === undefined ? usual : mostly(usual, odd);
  return fc
    .tuple(inner, fc.option(metadataOf(target), { nil: undefined }))
    .map(([body, meta]) => ({ ...(meta === undefined ? {} : { metadata: meta }), ...(body as object) }));
}

const images = of("i", "i:1", "i:2");
const containers = fc.tuple(images, some({ env: of([{ name: "A", value: "1" }], [{ name: "B", value: "2" }]) }));
const containersOf = containers.map(([image, rest]) => [{ name: "c", image, ...rest }]);

/** Patches of workloads that hold values of the right types: the embedded API has no table of their fields. */
export function workloadPart(target: string, sub: string): fc.Arbitrary<object> {
  const own = bodies[target]!.status;
  if (sub === "status" && own !== undefined) return own;
  const part =
    target === "pods"
      ? of<object>({ activeDeadlineSeconds: 100 })
      : fc.oneof(
          containersOf.map((list): object => ({ template: { spec: { containers: list } } })),
          ...(target === "daemonsets" ? [] : [of(0, 1, 3, -1).map((count): object => ({ replicas: count }))]),
        );
  return some({ metadata: plainMetadata, spec: part });
}

/** A part of such an object, for patches: some members, now and then a null in their place. */
export function partOf(target: string, sub: string): fc.Arbitrary<object> {
  return fc
    .tuple(bodyOf(target, sub), fc.infiniteStream(fc.nat(9)))
    .map(([body, draws]) => thinned(body, draws, 0) as object);
}

/** A key of binaryData: `unasked` says why. */
const NEVER_NULL: ReadonlySet<string> = new Set(["b"]);

function thinned(value: unknown, draws: Iterator<number>, depth: number): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > 2) return value;
  const members = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    const draw = draws.next().value as number;
    if (draw === 0 && !NEVER_NULL.has(key)) return [[key, null]];
    return draw < 4 && depth > 0 ? [] : [[key, thinned(member, draws, depth + 1)]];
  });
  return Object.fromEntries(members);
}
