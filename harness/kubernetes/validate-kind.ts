import { isIPv4, isIPv6 } from "node:net";
import { isJson, type Json } from "../wire/schema.ts";
import { equal } from "./equal.ts";
import { forbiddenField, invalidValue, required, unsupported, type FieldError } from "./errors.ts";
import { configKeyErrors } from "./names.ts";
import type { KubeObject } from "./objects.ts";

const at = (object: unknown, name: string): Json => {
  const value = isJson(object) ? object[name] : undefined;
  return isJson(value) ? value : {};
};

function lease(object: KubeObject): FieldError[] {
  const spec = at(object, "spec") as Readonly<Record<string, string | number | undefined>>;
  const errors: FieldError[] = [];
  const { leaseDurationSeconds: duration, leaseTransitions: transitions, strategy, preferredHolder } = spec;
  if (typeof duration === "number" && duration <= 0)
    errors.push(invalidValue("spec.leaseDurationSeconds", duration, "must be greater than 0"));
  if (typeof transitions === "number" && transitions < 0)
    errors.push(invalidValue("spec.leaseTransitions", transitions, "must be greater than or equal to 0"));
  if (preferredHolder !== undefined && preferredHolder !== "" && (strategy ?? "") === "")
    errors.push(forbiddenField("spec.preferredHolder", "may only be specified if `strategy` is defined"));
  return errors;
}

/** Everything in a ConfigMap or Secret together, in bytes. */
const DATA_LIMIT = 1024 * 1024;

function dataErrors(object: KubeObject): FieldError[] {
  let size = 0;
  const errors: FieldError[] = [];
  for (const member of ["data", "binaryData"])
    for (const [key, value] of Object.entries(at(object, member))) {
      size += Buffer.byteLength(String(value));
      errors.push(...configKeyErrors(key).map((why) => invalidValue(`${member}[${key}]`, key, why)));
    }
  if (size > DATA_LIMIT)
    errors.push({
      field: "",
      reason: "FieldValueTooLong",
      message: `Too long: may not be more than ${DATA_LIMIT} bytes`,
    });
  return errors;
}

function frozenData(next: KubeObject, previous: KubeObject): FieldError[] {
  if (previous["immutable"] !== true) return [];
  const why = "field is immutable when `immutable` is set";
  const errors = next["immutable"] === true ? [] : [forbiddenField("immutable", why)];
  for (const member of ["data", "binaryData"])
    if (!equal(next[member], previous[member])) errors.push(forbiddenField(member, why));
  return errors;
}

function frozenSecret(next: KubeObject, previous: KubeObject): FieldError[] {
  const errors = equal(next["type"], previous["type"])
    ? []
    : [invalidValue("type", next["type"], "field is immutable")];
  return [...errors, ...frozenData(next, previous)];
}

const selects = (selector: Json, labels: Json): boolean =>
  Object.entries(at(selector, "matchLabels")).every(([key, value]) => labels[key] === value);

function workload(object: KubeObject): FieldError[] {
  const spec = at(object, "spec");
  const errors: FieldError[] = [];
  const replicas = spec["replicas"];
  if (typeof replicas === "number" && replicas < 0)
    errors.push(invalidValue("spec.replicas", replicas, "must be greater than or equal to 0"));
  const labels = at(at(spec["template"], "metadata"), "labels");
  const shown = Object.keys(labels).length === 0 ? null : labels;
  const mismatch = invalidValue("spec.template.metadata.labels", shown, "`selector` does not match template `labels`");
  if (!isJson(spec["selector"])) errors.push(required("spec.selector"), mismatch);
  else if (!selects(spec["selector"], labels)) errors.push(mismatch);
  const containers = at(spec["template"], "spec")["containers"];
  if (!Array.isArray(containers) || containers.length === 0) errors.push(required("spec.template.spec.containers"));
  return errors;
}

const frozenSelector = (next: KubeObject, previous: KubeObject): FieldError[] =>
  equal(at(next, "spec")["selector"], at(previous, "spec")["selector"])
    ? []
    : [invalidValue("spec.selector", at(next, "spec")["selector"], "field is immutable")];

function pod(object: KubeObject): FieldError[] {
  const containers = at(object, "spec")["containers"];
  return Array.isArray(containers) && containers.length > 0 ? [] : [required("spec.containers")];
}

const withoutImages = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((each) => (isJson(each) ? { ...each, image: "", imagePullPolicy: "" } : each))
    : value;

/** The part of a pod's spec that no update may change; nodeName may be set once (what a Binding does). */
function fixedPart(spec: Json, bound: unknown): Json {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, schedulingGates: _gates, ...rest } = spec;
  return {
    ...rest,
    nodeName: bound === undefined ? undefined : rest["nodeName"],
    containers: withoutImages(rest["containers"]),
    initContainers: withoutImages(rest["initContainers"]),
  };
}

function frozenPod(next: KubeObject, previous: KubeObject): FieldError[] {
  const bound = at(previous, "spec")["nodeName"];
  if (equal(fixedPart(at(next, "spec"), bound), fixedPart(at(previous, "spec"), bound))) return [];
  return [
    forbiddenField(
      "spec",
      "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    ),
  ];
}

function endpoints(object: KubeObject): FieldError[] {
  const subsets = Array.isArray(object["subsets"]) ? object["subsets"].filter(isJson) : [];
  const some = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
  return subsets.flatMap((subset, index) =>
    some(subset["addresses"]) || some(subset["notReadyAddresses"])
      ? []
      : [required(`subsets[${index}]`, "must specify `addresses` or `notReadyAddresses`")],
  );
}

const ADDRESS_TYPES = ["FQDN", "IPv4", "IPv6"];

const addressChecks: Readonly<Record<string, (address: string) => boolean>> = { IPv4: isIPv4, IPv6: isIPv6 };

function addressErrors(addresses: unknown, type: string, field: string): FieldError[] {
  if (!Array.isArray(addresses) || addresses.length === 0) return [required(field, "must contain at least 1 address")];
  const fits = addressChecks[type];
  return addresses
    .map(String)
    .filter((address) => fits?.(address) === false)
    .map((address) => invalidValue(field, address, `must be an ${type} address`));
}

function endpointSlice(object: KubeObject): FieldError[] {
  const type = String(object["addressType"] ?? "");
  const known = ADDRESS_TYPES.includes(type);
  const shown = JSON.stringify(type);
  const listed = Array.isArray(object["endpoints"]) ? object["endpoints"].filter(isJson) : [];
  return [
    ...(known ? [] : [type === "" ? required("addressType") : unsupported("addressType", shown, ADDRESS_TYPES)]),
    ...listed.flatMap(({ addresses }, index) => addressErrors(addresses, type, `endpoints[${index}].addresses`)),
  ];
}

const frozenAddressType = (next: KubeObject, previous: KubeObject): FieldError[] =>
  equal(next["addressType"], previous["addressType"])
    ? []
    : [invalidValue("addressType", next["addressType"], "field is immutable")];

function event(object: KubeObject): FieldError[] {
  const about = at(object, "involvedObject")["namespace"] ?? "";
  const own = object.metadata.namespace;
  if (about === own || (about === "" && own === "default")) return [];
  return [invalidValue("involvedObject.namespace", about, "does not match event.namespace")];
}

type Rules = {
  readonly object: (object: KubeObject) => FieldError[];
  readonly update?: (next: KubeObject, previous: KubeObject) => FieldError[];
};

const table: Readonly<Record<string, Rules>> = {
  leases: { object: lease },
  configmaps: { object: dataErrors, update: frozenData },
  secrets: { object: dataErrors, update: frozenSecret },
  pods: { object: pod, update: frozenPod },
  deployments: { object: workload, update: frozenSelector },
  replicasets: { object: workload, update: frozenSelector },
  daemonsets: { object: workload, update: frozenSelector },
  endpoints: { object: endpoints },
  endpointslices: { object: endpointSlice, update: frozenAddressType },
  events: { object: event },
};

/** What is wrong with the part of an object that only its kind knows, and with its change from the one before. */
export function kindErrors(resource: string, next: KubeObject, previous?: KubeObject): FieldError[] {
  const rules = table[resource];
  if (rules === undefined) return [];
  return [...rules.object(next), ...(previous === undefined ? [] : (rules.update?.(next, previous) ?? []))];
}
