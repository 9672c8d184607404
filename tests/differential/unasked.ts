/** Requests that are not drawn: most of them would part the two for ever. docs/differential.md says the same. */
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
