import { list, map, message, one, pointer, type Message } from "./schema.ts";

// Field numbers: generated.proto of k8s.io/api and k8s.io/apimachinery v0.37.2.

const OwnerReference = message("OwnerReference", [
  one(1, "kind", "string", { always: true }),
  one(3, "name", "string", { always: true }),
  one(4, "uid", "string", { always: true }),
  one(5, "apiVersion", "string", { always: true }),
  pointer(6, "controller", "bool"),
  pointer(7, "blockOwnerDeletion", "bool"),
]);

const ManagedFieldsEntry = message("ManagedFieldsEntry", [
  one(1, "manager", "string"),
  one(2, "operation", "string"),
  one(3, "apiVersion", "string"),
  pointer(4, "time", "time"),
  one(6, "fieldsType", "string"),
  pointer(7, "fieldsV1", "json"),
  one(8, "subresource", "string"),
]);

export const ObjectMeta = message("ObjectMeta", [
  one(1, "name", "string"),
  one(2, "generateName", "string"),
  one(3, "namespace", "string"),
  one(4, "selfLink", "string"),
  one(5, "uid", "string"),
  one(6, "resourceVersion", "string"),
  one(7, "generation", "int64"),
  one(8, "creationTimestamp", "time"),
  pointer(9, "deletionTimestamp", "time"),
  pointer(10, "deletionGracePeriodSeconds", "int64"),
  map(11, "labels", "string"),
  map(12, "annotations", "string"),
  list(13, "ownerReferences", OwnerReference, { merge: { key: "uid" } }),
  list(14, "finalizers", "string", { merge: { set: true } }),
  list(17, "managedFields", ManagedFieldsEntry, { merge: { atomic: true } }),
]);

const ListMeta = message("ListMeta", [
  one(1, "selfLink", "string"),
  one(2, "resourceVersion", "string"),
  one(3, "continue", "string"),
  pointer(4, "remainingItemCount", "int64"),
]);

const LeaseSpec = message("LeaseSpec", [
  pointer(1, "holderIdentity", "string"),
  pointer(2, "leaseDurationSeconds", "int32"),
  pointer(3, "acquireTime", "microtime"),
  pointer(4, "renewTime", "microtime"),
  pointer(5, "leaseTransitions", "int32"),
  pointer(6, "strategy", "string"),
  pointer(7, "preferredHolder", "string"),
]);

const Lease = message("Lease", [one(1, "metadata", ObjectMeta), one(2, "spec", LeaseSpec)]);

const ObjectReference = message("ObjectReference", [
  one(1, "kind", "string"),
  one(2, "namespace", "string"),
  one(3, "name", "string"),
  one(4, "uid", "string"),
  one(5, "apiVersion", "string"),
  one(6, "resourceVersion", "string"),
  one(7, "fieldPath", "string"),
]);

const EventSource = message("EventSource", [one(1, "component", "string"), one(2, "host", "string")]);
const EventSeries = message("EventSeries", [one(1, "count", "int32"), one(2, "lastObservedTime", "microtime")]);
const atomic = { merge: { atomic: true } } as const;

const CoreEvent = message("Event", [
  one(1, "metadata", ObjectMeta),
  one(2, "involvedObject", ObjectReference, atomic),
  one(3, "reason", "string"),
  one(4, "message", "string"),
  one(5, "source", EventSource),
  one(6, "firstTimestamp", "time", { always: true }),
  one(7, "lastTimestamp", "time", { always: true }),
  one(8, "count", "int32"),
  one(9, "type", "string"),
  one(10, "eventTime", "microtime", { always: true }),
  pointer(11, "series", EventSeries),
  one(12, "action", "string"),
  pointer(13, "related", ObjectReference, atomic),
  one(14, "reportingComponent", "string", { always: true }),
  one(15, "reportingInstance", "string", { always: true }),
]);

const EventsEvent = message("Event", [
  one(1, "metadata", ObjectMeta),
  one(2, "eventTime", "microtime", { always: true }),
  pointer(3, "series", EventSeries),
  one(4, "reportingController", "string"),
  one(5, "reportingInstance", "string"),
  one(6, "action", "string"),
  one(7, "reason", "string"),
  one(8, "regarding", ObjectReference, atomic),
  pointer(9, "related", ObjectReference, atomic),
  one(10, "note", "string"),
  one(11, "type", "string"),
  one(12, "deprecatedSource", EventSource),
  one(13, "deprecatedFirstTimestamp", "time", { always: true }),
  one(14, "deprecatedLastTimestamp", "time", { always: true }),
  one(15, "deprecatedCount", "int32"),
]);

const ConfigMap = message("ConfigMap", [
  one(1, "metadata", ObjectMeta),
  map(2, "data", "string"),
  map(3, "binaryData", "bytes"),
  pointer(4, "immutable", "bool"),
]);

const Secret = message("Secret", [
  one(1, "metadata", ObjectMeta),
  map(2, "data", "bytes"),
  one(3, "type", "string"),
  map(4, "stringData", "string"),
  pointer(5, "immutable", "bool"),
]);

const ServiceAccount = message("ServiceAccount", [
  one(1, "metadata", ObjectMeta),
  list(2, "secrets", ObjectReference, { merge: { key: "name" } }),
  list(3, "imagePullSecrets", message("LocalObjectReference", [one(1, "name", "string")]), atomic),
  pointer(4, "automountServiceAccountToken", "bool"),
]);

const EndpointAddress = message("EndpointAddress", [
  one(1, "ip", "string", { always: true }),
  pointer(2, "targetRef", ObjectReference),
  one(3, "hostname", "string"),
  pointer(4, "nodeName", "string"),
]);
const EndpointPort = message("EndpointPort", [
  one(1, "name", "string"),
  one(2, "port", "int32", { always: true }),
  one(3, "protocol", "string"),
  pointer(4, "appProtocol", "string"),
]);
const EndpointSubset = message("EndpointSubset", [
  list(1, "addresses", EndpointAddress),
  list(2, "notReadyAddresses", EndpointAddress),
  list(3, "ports", EndpointPort),
]);
const Endpoints = message("Endpoints", [one(1, "metadata", ObjectMeta), list(2, "subsets", EndpointSubset, atomic)]);

const named = (name: string): Message => message(name, [one(1, "name", "string", { always: true })]);
const Endpoint = message("Endpoint", [
  list(1, "addresses", "string", { always: true, nil: true }),
  one(
    2,
    "conditions",
    message("EndpointConditions", [
      pointer(1, "ready", "bool"),
      pointer(2, "serving", "bool"),
      pointer(3, "terminating", "bool"),
    ]),
  ),
  pointer(3, "hostname", "string"),
  pointer(4, "targetRef", ObjectReference),
  map(5, "deprecatedTopology", "string"),
  pointer(6, "nodeName", "string"),
  pointer(7, "zone", "string"),
  pointer(
    8,
    "hints",
    message("EndpointHints", [list(1, "forZones", named("ForZone")), list(2, "forNodes", named("ForNode"))]),
  ),
]);
const SlicePort = message("EndpointPort", [
  pointer(1, "name", "string"),
  pointer(2, "protocol", "string"),
  pointer(3, "port", "int32"),
  pointer(4, "appProtocol", "string"),
]);
const EndpointSlice = message("EndpointSlice", [
  one(1, "metadata", ObjectMeta),
  list(2, "endpoints", Endpoint, { always: true, nil: true, ...atomic }),
  list(3, "ports", SlicePort, { always: true, nil: true, ...atomic }),
  one(4, "addressType", "string", { always: true }),
]);

const StatusCause = message("StatusCause", [
  one(1, "reason", "string"),
  one(2, "message", "string"),
  one(3, "field", "string"),
]);
const StatusDetails = message("StatusDetails", [
  one(1, "name", "string"),
  one(2, "group", "string"),
  one(3, "kind", "string"),
  list(4, "causes", StatusCause),
  one(5, "retryAfterSeconds", "int32"),
  one(6, "uid", "string"),
]);
const Status = message("Status", [
  one(1, "metadata", ListMeta),
  one(2, "status", "string"),
  one(3, "message", "string"),
  one(4, "reason", "string"),
  pointer(5, "details", StatusDetails),
  one(6, "code", "int32"),
]);

const Preconditions = message("Preconditions", [pointer(1, "uid", "string"), pointer(2, "resourceVersion", "string")]);
export const DeleteOptions = message("DeleteOptions", [
  pointer(1, "gracePeriodSeconds", "int64"),
  pointer(2, "preconditions", Preconditions),
  pointer(3, "orphanDependents", "bool"),
  pointer(4, "propagationPolicy", "string"),
  list(5, "dryRun", "string"),
  pointer(6, "ignoreStoreReadErrorWithClusterBreakingPotential", "bool"),
]);

const Eviction = message("Eviction", [one(1, "metadata", ObjectMeta), pointer(2, "deleteOptions", DeleteOptions)]);
const ScaleSpec = message("ScaleSpec", [one(1, "replicas", "int32")]);
const ScaleStatus = message("ScaleStatus", [
  one(1, "replicas", "int32", { always: true }),
  one(2, "selector", "string"),
]);
const Scale = message("Scale", [
  one(1, "metadata", ObjectMeta),
  one(2, "spec", ScaleSpec),
  one(3, "status", ScaleStatus),
]);

const RawExtension = message("RawExtension", [pointer(1, "raw", "raw")]);
/** A watch's frame; `object.raw` is an enveloped object. */
export const WatchEvent = message("WatchEvent", [one(1, "type", "string"), one(2, "object", RawExtension)]);

const TypeMeta = message("TypeMeta", [one(1, "apiVersion", "string"), one(2, "kind", "string")]);
/** What follows the magic number. */
export const Unknown = message("Unknown", [
  one(1, "typeMeta", TypeMeta),
  pointer(2, "raw", "raw"),
  one(3, "contentEncoding", "string"),
  one(4, "contentType", "string"),
]);

const listOf = (item: Message): Message =>
  message(`${item.name}List`, [one(1, "metadata", ListMeta), list(2, "items", item, { always: true })]);

const served: Readonly<Record<string, readonly Message[]>> = {
  "coordination.k8s.io/v1": [Lease],
  v1: [CoreEvent, ConfigMap, Endpoints, Secret, ServiceAccount],
  "discovery.k8s.io/v1": [EndpointSlice],
  "events.k8s.io/v1": [EventsEvent],
};

const kinds = new Map<string, Message>();
for (const [apiVersion, messages] of Object.entries(served))
  for (const each of messages)
    for (const known of [each, listOf(each)]) kinds.set(`${apiVersion} ${known.name}`, known);
const Partial = message("PartialObjectMetadata", [one(1, "metadata", ObjectMeta)]);
for (const known of [Partial, listOf(Partial)]) kinds.set(`meta.k8s.io/v1 ${known.name}`, known);
kinds.set("policy/v1 Eviction", Eviction);
kinds.set("autoscaling/v1 Scale", Scale);

/** The message of a kind; Status and DeleteOptions travel under any group's version. Undefined: not in the table. */
export function messageOf(apiVersion: string, kind: string): Message | undefined {
  if (kind === "Status") return Status;
  if (kind === "DeleteOptions") return DeleteOptions;
  return kinds.get(`${apiVersion} ${kind}`);
}
