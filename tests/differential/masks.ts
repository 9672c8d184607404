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
    text: /(?<=Invalid value: )"map\[.*\]"(?=: strict decoding error)/gs,
    to: "{…}",
    why: "a strategic patch that is refused strictly is shown by the real API as merging left it, without the nulls of what is new",
  },
  {
    text: /(?<=Invalid value: )"map\[.*?\]": (cannot|unrecognized|json|parsing).*/gs,
    to: "{…}",
    why: "how the strategic patch's converter words what cannot be converted depends on its way through the types",
  },
];
