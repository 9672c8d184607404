import fc from "fast-check";
import { mostly, of, some } from "./chance.ts";
import { serviceAccount, secret } from "./accounts.ts";
import { configmap, endpoints, endpointSlice, event, lease, newEvent, oddLease } from "./locks.ts";
import { metadata, newEventMetadata } from "./metadata.ts";
import {
  containersOf,
  daemonset,
  daemonsetStatus,
  deployment,
  podSpec,
  podStatus,
  replicaset,
  workloadStatus,
} from "./workloads.ts";

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
  secrets: { usual: secret },
  serviceaccounts: { usual: serviceAccount },
  endpoints: { usual: endpoints },
  endpointslices: { usual: endpointSlice },
  events: { usual: event },
  "events.k8s.io": { usual: newEvent },
  pods: { usual: spec(podSpec), status: status(podStatus) },
  deployments: { usual: spec(deployment), status: status(workloadStatus) },
  replicasets: { usual: spec(replicaset), status: status(workloadStatus) },
  daemonsets: { usual: spec(daemonset), status: status(daemonsetStatus) },
};

const metadataOf = (target: string): fc.Arbitrary<unknown> =>
  target === "events.k8s.io" ? newEventMetadata : metadata;

/** An object of a target as a client may write it, without kind, apiVersion and name. */
export function bodyOf(target: string, sub: string): fc.Arbitrary<object> {
  const { usual, odd, status: own } = bodies[target]!;
  if (sub === "scale") return of({ spec: { replicas: 0 } }, { spec: { replicas: 3 } }, { spec: { replicas: -1 } }, {});
  const inner = sub === "status" && own !== undefined ? own : odd === undefined ? usual : mostly(usual, odd);
  return fc
    .tuple(inner, fc.option(metadataOf(target), { nil: undefined }))
    .map(([body, meta]) => ({ ...(meta === undefined ? {} : { metadata: meta }), ...(body as object) }));
}

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
  return some({ metadata, spec: part });
}
