import { conform, ConformError } from "../wire/conform.ts";
import { messageOf, ObjectMeta as MetaMessage } from "../wire/messages.ts";
import { isJson, type Json, type Message } from "../wire/schema.ts";
import { badRequest } from "./errors.ts";
import type { KubeObject, ObjectMeta } from "./objects.ts";
import type { Resource } from "./resources.ts";

/** The field table of the form in which a resource is stored; undefined for kinds that are kept as they come. */
export const messageFor = (resource: Resource): Message | undefined => messageOf(resource.apiVersion, resource.kind);

/** Null members are absent members to Go; arrays keep theirs. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJson(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value))
    if (member !== null && key !== "__proto__") result[key] = withoutNulls(member);
  return result;
}

function open(input: Json, unknown: string[]): Json {
  const { kind: _kind, apiVersion: _version, metadata, ...rest } = input;
  return { metadata: conform(metadata ?? {}, MetaMessage, unknown, "metadata"), ...(withoutNulls(rest) as Json) };
}

/**
 * Any JSON as an object of this resource: a fresh copy with known fields only, kind and apiVersion first. Paths of
 * fields that were dropped are pushed to `unknown`. Throws ConformError with the wording of Go's decoder.
 */
export function accept(resource: Resource, input: unknown, unknown: string[] = []): KubeObject {
  const source = input ?? {};
  if (!isJson(source))
    throw new ConformError("json: cannot unmarshal value into Go value of type map[string]interface {}");
  if (source["metadata"] !== undefined && source["metadata"] !== null && !isJson(source["metadata"]))
    conform({ metadata: source["metadata"] }, messageFor(resource) ?? plain(resource));
  const message = messageFor(resource);
  const body = message === undefined ? open(source, unknown) : conform(source, message, unknown);
  const { metadata, ...rest } = body as { readonly metadata: ObjectMeta };
  return { kind: resource.kind, apiVersion: resource.apiVersion, metadata, ...rest };
}

/** A table of metadata alone, for the error text of kinds that are kept as they come. */
const plain = (resource: Resource): Message => {
  const field = {
    no: 1,
    name: "metadata",
    type: MetaMessage,
    shape: "one",
    always: false,
    nil: false,
    merge: {},
  } as const;
  return {
    name: resource.kind,
    go: `v1.${resource.kind}`,
    fields: [field],
    byName: new Map([["metadata", field]]),
    byNumber: new Map([[1, field]]),
  };
};

/** The same, refusing with the API's 400. */
export function decoded(resource: Resource, input: unknown, unknown: string[] = []): KubeObject {
  try {
    return accept(resource, input, unknown);
  } catch (error) {
    if (!(error instanceof ConformError)) throw error;
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${error.message}`,
    );
  }
}

export { ConformError };
