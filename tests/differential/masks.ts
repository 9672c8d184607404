import type { WatchFrame } from "../../harness/wire/frames.ts";

/**
 * What is not compared, each with its reason: these lists are what the test uses and what docs/differential.md says
 * (page.ts writes them down). `at` is tried on the path of a member in an answer or an event (array places are `-`), and
 * the first mask that fits counts; "presence" compares whether a member is there, and of what JSON type, "nothing" not
 * even that, "unordered" a list without its order.
 */
export type Mask = {
  readonly at: RegExp;
  readonly keep: "presence" | "nothing" | "unordered";
  /** Only in the events of watches. */
  readonly seen?: "events";
  /** Only about these targets. */
  readonly targets?: readonly string[];
  readonly why: string;
};

/** Kinds that the embedded API keeps as the JSON that came, without a table of their fields. */
export const WORKLOADS: readonly string[] = ["pods", "deployments", "replicasets", "daemonsets"];

export const masks: readonly Mask[] = [
  {
    at: /\/metadata\/(creationTimestamp|deletionTimestamp)$/,
    keep: "presence",
    why: "the two servers are asked at different times",
  },
  { at: /\/managedFields\/-\/time$/, keep: "presence", why: "the two servers are asked at different times" },
  { at: /\/metadata\/continue$/, keep: "presence", why: "a continue token is opaque; what it continues is compared" },
  { at: /\/annotations\/writer$/, keep: "presence", why: "who of several writers at once wins is chance" },
  {
    at: /\/(f:annotations\/f:|annotations\/)w\d$/,
    keep: "nothing",
    seen: "events",
    why: "of several who patch at once, who does it first is chance; that all of them did is compared",
  },
  {
    at: /\/metadata\/selfLink$/,
    keep: "nothing",
    why: "nobody sets it any more; in a dry run the real API gives back what was sent",
  },
  {
    at: /\/status\/(podIPs|hostIPs)$/,
    keep: "nothing",
    targets: ["pods"],
    why: "the real API lists the one address once more",
  },
  {
    at: /\/managedFields$/,
    keep: "nothing",
    targets: WORKLOADS,
    why: "the embedded API keeps no owners of fields for workloads: no elector applies them",
  },
  {
    at: /\/fieldsV1\/f:(firstTimestamp|lastTimestamp)$/,
    keep: "nothing",
    targets: ["events"],
    why: "who sets a time to null owns it in the real API",
  },
  {
    at: /\/conditions\/-\/(lastProbeTime|lastTransitionTime)$/,
    keep: "nothing",
    targets: WORKLOADS,
    why: "a time that nobody set is null in the real API, absent in the embedded one",
  },
  {
    at: /\/managedFields$/,
    keep: "nothing",
    targets: ["events.k8s.io"],
    why: "events are stored in core's form, and so are the owners of their fields",
  },
  {
    at: /\/annotations\/deprecated\.daemonset\.template\.generation$/,
    keep: "nothing",
    targets: ["daemonsets"],
    why: "deprecated since apps/v1; no client reads it",
  },
  {
    at: /\/spec\/(serviceAccount|serviceAccountName|volumes)$|\/containers\/-\/volumeMounts$/,
    keep: "nothing",
    targets: ["pods"],
    why: "the ServiceAccount admission adds an account and its token; the embedded API asks nobody who they are",
  },
  {
    at: /\/managedFields$/,
    keep: "unordered",
    why: "its entries come in the order of their seconds, which fall differently on the two sides",
  },
  {
    at: /\/details\/causes$/,
    keep: "unordered",
    why: "the causes of a conflict with several owners come in the order of a Go map",
  },
];

/** Events of a watch that are passed over. */
export const events: readonly {
  readonly what: string;
  readonly passes: (frame: WatchFrame) => boolean;
  readonly why: string;
}[] = [
  {
    what: "bookmarks, but for the one that ends the initial events",
    passes: ({ type, object }) => type === "BOOKMARK" && !JSON.stringify(object).includes("initial-events-end"),
    why: "a bookmark comes when the server likes",
  },
];

/** What of the answers of several writers at once is compared, beside status, Content-Type and warnings. */
export const raced = {
  keep: ["reason", "message"],
  what: "of the answers to several writers at once all but status, Content-Type, warnings, reason and message; and their order",
  why: "who of them wins, and what the others see of it, is chance; what stands before and after them is compared",
} as const;

/** Members of discovery documents that are not compared. */
export const undocumented: readonly { readonly name: string; readonly why: string }[] = [
  { name: "storageVersionHash", why: "a digest of how the real API stores a kind; clients may only compare it" },
  { name: "serverAddressByClientCIDRs", why: "the address of that server" },
];

/** Texts that are shortened before they are compared. */
export const shortened: readonly { readonly text: RegExp; readonly to: string; readonly why: string }[] = [
  {
    text: /(?<=Invalid value: )("\{.*\}"|\[\{.*\}\])(?=: )/gs,
    to: "{…}",
    why: "the whole object, with its members in the order in which a library left them",
  },
  {
    text: /(?<=Invalid value: )"\[.*\]"(?=: strict decoding error)/gs,
    to: "{…}",
    why: "of unknown fields that a JSON patch adds the embedded API tells with the patch, the real one with the patched object",
  },
  {
    text: /(?<=Invalid value: )"map\[.*?\]": (cannot|unrecognized|json|parsing).*/gs,
    to: "{…}",
    why: "how the strategic patch's converter words what cannot be converted depends on its way through the types",
  },
];

/** Requests that are not drawn, for they would part the two for ever. */
export const unasked: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: "deletes with propagation Foreground or Orphan",
    why: "the embedded API deletes at once and its collector takes what was owned, as with Background",
  },
  { what: "generateName", why: "the names, and so the order of a list, are chance" },
  {
    what: "workloads as protobuf or YAML, applied, or with values of wrong types but in their metadata",
    why: "the embedded API keeps workloads as JSON, for its controllers and kubelet; it has no table of their fields",
  },
  {
    what: "workloads with members that say what their absence says (paused: false, minReadySeconds: 0)",
    why: "the real API leaves them out, the embedded one keeps them",
  },
  {
    what: "writes of scale",
    why: "the real API notes the writer of every one as an owner of replicas, a version each",
  },
  {
    what: "PUT of a DaemonSet",
    why: "the real API annotates it with a deprecated counter, which a PUT that does not know it takes away",
  },
  {
    what: "odd names and finalizers of events as events.k8s.io, and objects elsewhere",
    why: "they are checked otherwise there than in core",
  },
  { what: "PUT of a pod's spec", why: "the real API compares with what its admission added" },
  {
    what: "strategy and preferredHolder of a Lease",
    why: "they are behind a gate that is off; the real API drops them and keeps their owner",
  },
  { what: "numbers beyond 32 bits", why: "in a strategic patch the real API keeps their lower half" },
  {
    what: "changes of events as events.k8s.io, and applied events",
    why: "in the real API such an event is immutable; electors write events once",
  },
  {
    what: "immutable ConfigMaps",
    why: "an empty map and none are not the same to the real API's comparison; the rule itself has a unit test",
  },
  {
    what: "a key of binaryData, or of a Secret's data, that is null",
    why: "the real API stores it as empty, and then writes it once more at the next patch that changes nothing",
  },
  {
    what: "elements of a ServiceAccount's secrets that have no name or more than that, or are there twice",
    why: "the real API forgets who owns the fields of such an object, or notes who said what it does not keep",
  },
  {
    what: "Secrets of types that ask for keys (kubernetes.io/tls)",
    why: "the embedded API has no rules for them; no elector reads one",
  },
  {
    what: "EndpointSlices without endpoints or ports",
    why: "the list is null then, and goes on being owned in the real API",
  },
  {
    what: "nodes",
    why: "the real API fills them with taints, capacities and what a kubelet has not said yet; the embedded ones are the harness's own",
  },
  {
    what: "namespaces",
    why: "every sequence makes one on both sides; what is deleted ends with the real API's controller, which does not run here",
  },
  {
    what: "services",
    why: "the real API gives them addresses and ports of its own choice; no elector asks for one",
  },
  {
    what: "evictions against a PodDisruptionBudget",
    why: "the embedded API serves none, so nothing stands against an eviction; on both sides these have none",
  },
  {
    what: "discovery in protobuf or version v2beta1, /, /version, /openapi, health",
    why: "clients of elections read discovery as JSON; the others say what that server is",
  },
  {
    what: "watches from a version of before the sequence",
    why: "the real API forgets events once they are 75 seconds old and others need their place; that such a watch is told 410 has a test of its own",
  },
  {
    what: "workloads and events patched into a former version of their kind (apps/v1beta1)",
    why: "the real API reads it with the defaults of that version; a Lease's and an EndpointSlice's has none",
  },
  { what: "metadata of a list for one object", why: "no client mistakes the two; the real API refuses it with 406" },
];
