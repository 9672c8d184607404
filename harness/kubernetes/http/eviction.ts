import { conform, ConformError } from "../../wire/conform.ts";
import { messageOf } from "../../wire/messages.ts";
import { isJson, type Json } from "../../wire/schema.ts";
import { equal } from "../equal.ts";
import { badRequest, internal, notFound } from "../errors.ts";
import { goPrint } from "../go-print.ts";
import type { KubeObject, Ref } from "../objects.ts";
import { checkPreconditions } from "../preconditions.ts";
import { storedResource } from "../resources.ts";
import { versionPart } from "../scheme.ts";
import { readObject } from "./input.ts";
import { negotiate } from "./negotiate.ts";
import { deleteRequest, preconditionsOf, writeQuery } from "./options.ts";
import { success, type Reply } from "./reply.ts";
import type { ObjectRequest } from "./request.ts";
import { unknownFields } from "./unknown.ts";

const EVICTION = { apiVersion: "policy/v1", kind: "Eviction" } as const;
/** The forms that an eviction may come in. */
const FORMS = [EVICTION.apiVersion, "policy/v1beta1"];

/** The eviction as its types have it; nothing of it is stored. */
function evictionOf(input: Json, onUnknown: (paths: readonly string[]) => void): Json {
  const message = messageOf(EVICTION.apiVersion, EVICTION.kind);
  if (message === undefined) throw internal("no evictions are served");
  const { deleteOptions } = input;
  // A kind of their own says nothing.
  const { kind: _kind, apiVersion: _version, ...options } = isJson(deleteOptions) ? deleteOptions : {};
  const unknown: string[] = [];
  try {
    const body = conform({ ...input, ...(isJson(deleteOptions) ? { deleteOptions: options } : {}) }, message, unknown);
    if (unknown.length > 0) onUnknown(unknown);
    return body;
  } catch (error) {
    if (!(error instanceof ConformError)) throw error;
    const version = versionPart(String(input["apiVersion"] ?? EVICTION.apiVersion));
    throw badRequest(`Eviction in version "${version}" cannot be handled as a Eviction: ${error.message}`);
  }
}

function checkNames(eviction: Json, namespace: string, name: string): void {
  const metadata = isJson(eviction["metadata"]) ? eviction["metadata"] : {};
  if (metadata["namespace"] !== undefined && metadata["namespace"] !== namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  if (metadata["name"] !== name) throw badRequest("name in URL does not match name in Eviction object");
}

/** The options of the delete; that nothing is to be done may be said there or in the query, but not two things. */
function optionsOf(eviction: Json, query: URLSearchParams): Json {
  const options = isJson(eviction["deleteOptions"]) ? eviction["deleteOptions"] : {};
  const [asked, given] = [query.getAll("dryRun"), options["dryRun"] ?? []];
  if (asked.length === 0) return options;
  if (Array.isArray(given) && given.length > 0 && !equal(asked, given))
    throw internal(`Non-matching dry-run options in request and content: ${goPrint(asked)} and ${goPrint(given)}`);
  return { ...options, dryRun: asked };
}

/** The pod with the condition that says what ends it, dated when it was first said. */
function disrupted(pod: KubeObject, at: string): KubeObject {
  const status = isJson(pod["status"]) ? pod["status"] : {};
  const conditions = Array.isArray(status["conditions"]) ? status["conditions"].filter(isJson) : [];
  const place = conditions.findIndex((each) => each["type"] === "DisruptionTarget");
  const old = conditions[place];
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    lastTransitionTime: old?.["status"] === "True" ? old["lastTransitionTime"] : at,
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
  };
  const next = old === undefined ? [...conditions, condition] : conditions.with(place, condition);
  return { ...pod, status: { ...status, conditions: next } };
}

/**
 * A disruption by the eviction API: noted in the pod's status, then deleted with its grace. No budget stands against it:
 * none are served. What is wrong with the options of the delete is told of once the condition is noted.
 */
export function evict({ store, route, query, body, headers, warnings }: ObjectRequest): Reply {
  const shown = negotiate(headers.accept, EVICTION.apiVersion, EVICTION.kind);
  const { validation } = writeQuery(query, "CreateOptions", headers["user-agent"]);
  const input = readObject(body, EVICTION, FORMS);
  const eviction = evictionOf(input, unknownFields(EVICTION.kind, "v1", validation, warnings));
  checkNames(eviction, route.namespace, route.name);
  const options = optionsOf(eviction, query);

  const pods = storedResource("pods");
  if (pods === undefined) throw internal("no pods are served");
  const ref: Ref = { resource: "pods", namespace: route.namespace, name: route.name };
  const pod = store.get(ref);
  if (pod === undefined) throw notFound(pods, route.name);
  const preconditions = preconditionsOf(options);
  let noted = pod;
  // Whatever is said of a dry run makes it one.
  if (options["dryRun"] === undefined) {
    checkPreconditions(pods, pod, preconditions);
    noted = store.update("pods", disrupted(pod, store.stamp()), "status");
  }
  const request = deleteRequest(options, new URLSearchParams());
  // The version that was asked for is that of the pod before the condition was noted.
  const { resourceVersion = "" } = noted === pod ? preconditions : noted.metadata;
  store.remove(ref, preconditions.resourceVersion === undefined ? request : { ...request, resourceVersion });
  return { status: 201, object: success(), format: { ...shown, partial: false } };
}
