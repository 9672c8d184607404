import { isJson, type Json } from "../../wire/schema.ts";
import { accept, ConformError, messageFor } from "../accept.ts";
import { badRequest, conflict, invalid, internal } from "../errors.ts";
import { goPrint } from "../go-print.ts";
import { applyConfig } from "../managed/apply.ts";
import { typedError } from "../managed/typed.ts";
import type { Writer } from "../managed/update.ts";
import type { KubeObject, ObjectMeta, PatchType, Ref } from "../objects.ts";
import { resources, type Resource } from "../resources.ts";
import { isOfKind, notOfKind, notOfKindInternally } from "../scheme.ts";
import { jsonPatch } from "./json.ts";
import { mergePatch } from "./merge.ts";
import { goKind, oddType, saidToBe } from "./said.ts";
import { strategicPatch } from "./strategic.ts";

export type PatchRequest = {
  readonly resource: Resource;
  readonly ref: Ref;
  readonly type: PatchType;
  readonly body: unknown;
  readonly current: KubeObject | undefined;
  readonly writer: Writer;
  readonly force: boolean;
  /** The patch's own fields are not looked at before it is applied: fieldValidation is Ignore. */
  readonly unchecked: boolean;
  readonly unknown: string[];
  /** Told that `unknown` is full, before the object's names are looked at; may throw. */
  readonly heard: () => void;
};

const cannot = (value: unknown, type: string): string =>
  `json: cannot unmarshal ${goKind(value)} into Go value of type ${type}`;
const notMap = (value: unknown): string => cannot(value, "map[string]interface {}");

/** A list in the place of a merge patch is what the object becomes. */
function replaced(list: readonly unknown[]): never {
  const left = list.map((each) => (isJson(each) ? mergePatch(undefined, each) : each));
  const type = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;
  throw invalidPatch(JSON.stringify(left), `couldn't get version/kind; json parse error: ${cannot(list, type)}`);
}

/** What of a JSON patch is no operation; null is one that says nothing. */
function badOperation(body: unknown, unchecked: boolean): string | undefined {
  const [list, one] = unchecked
    ? ["jsonpatch.Patch", "jsonpatch.Operation"]
    : ["[]handlers.jsonPatchOp", "handlers.jsonPatchOp"];
  if (!Array.isArray(body)) return cannot(body, list);
  for (const each of body) {
    if (each === null) continue;
    if (!isJson(each)) return cannot(each, one);
    const odd = Object.keys(each).find((key) => ["op", "from", "path"].includes(key) && typeof each[key] !== "string");
    if (odd !== undefined && each[odd] !== null && !unchecked)
      return `json: cannot unmarshal ${goKind(each[odd])} into Go struct field jsonPatchOp.${odd} of type string`;
  }
  return undefined;
}

/** The patch alone, without what its object is. */
function withoutType(body: Json): Json {
  const { kind: _kind, apiVersion: _version, ...rest } = body;
  return rest;
}

function edited({ type, body, current, unchecked }: PatchRequest): unknown {
  switch (type) {
    case "merge":
      if (isJson(body)) return mergePatch(current, body);
      if (unchecked && Array.isArray(body)) return replaced(body);
      throw badRequest(unchecked || body === null ? "Invalid JSON Patch" : `error decoding patch: ${notMap(body)}`);
    case "json": {
      if (body === null) return current; // to Go an empty list
      const bad = badOperation(body, unchecked);
      if (bad !== undefined) throw badRequest(unchecked ? bad : `error decoding patch: ${bad}`);
      return jsonPatch(current, body as readonly unknown[]);
    }
    case "strategic":
      if (body === null) return current; // to Go an empty map
      if (!isJson(body)) throw badRequest(notMap(body));
      return strategicPatch(current, withoutType(body));
    default:
      throw new Error(`interregnum has a bug: ${type} is applied elsewhere`);
  }
}

/** The API's 422 about the field "patch". */
export const invalidPatch = (shown: string, why: string): Error =>
  invalid("", "", "", [
    { field: "patch", reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(shown)}: ${why}` },
  ]);

/** The unstructured converter says of bytes who could not read them. */
const undecoded = (message: string): string => message.replace(/^(?=illegal base64)/, "error decoding from json: ");

/** The JSON decoder's complaint about a type as the unstructured converter words it. */
function converted(message: string): string {
  const match = /cannot unmarshal (number \d+\.\d+|\w+).* of type (\S+)$/.exec(message);
  if (match === null) return undecoded(message);
  const from = match[1] === "number" ? "int64" : match[1]!.startsWith("number") ? "float64" : match[1]!;
  return `cannot convert ${from} to ${match[2]}`;
}

const undeterminable = (name: string): Error =>
  badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);

/** What does not say its version is read as if it had no fields at all. */
function versionless({ resource, ref, unknown, heard }: PatchRequest, value: Json, said: string): Error {
  if (said !== "" && said !== resource.kind)
    return invalidPatch(JSON.stringify(value), notOfKindInternally(said, resource));
  unknown.push(...Object.keys(value).filter((name) => name !== "kind" && name !== "apiVersion"));
  heard();
  return undeterminable(ref.name);
}

/** What is wrong with the types of an object of another kind that is served, which it is read as first. */
function misread({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }, value: Json) {
  const other = resources.find((each) => each.apiVersion === apiVersion && each.kind === kind);
  try {
    if (other !== undefined) accept(other, value);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConformError)) throw error;
    return error.message;
  }
}

/** The patched JSON as an object again; a value of the wrong type is the API's 422 about the field "patch". */
function reread(request: PatchRequest, value: unknown): KubeObject {
  const { resource, unknown, type, body } = request;
  const broken = (why: string): Error => invalidPatch(JSON.stringify(value), why);
  if (!isJson(value)) throw broken(notMap(value));
  const odd = type === "strategic" && isJson(body) ? oddType(body) : undefined;
  if (odd !== undefined) throw invalidPatch(goPrint(body), odd);
  const said = saidToBe(value);
  if ("error" in said) throw broken(said.error);
  if (said.apiVersion === "") throw versionless(request, value, said.kind);
  const kind = said.kind || resource.kind;
  const own = { ...said, kind };
  if (!isOfKind(own, resource)) throw broken(misread(own, value) ?? notOfKind(own, resource));
  try {
    return accept(resource, { ...value, kind }, unknown);
  } catch (error) {
    if (!(error instanceof ConformError)) throw error;
    throw type === "strategic" ? invalidPatch(goPrint(body), converted(error.message)) : broken(error.message);
  }
}

/** The URL names the object; a body that names another is refused. */
export function checkNames(object: KubeObject, resource: Resource, namespace: string, name: string): void {
  if (resource.namespaced && object.metadata.namespace !== undefined && object.metadata.namespace !== namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  if ((object.metadata.name ?? "") === "") throw undeterminable(name);
  if (object.metadata.name !== name)
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`);
}

/** The configuration as an object; what the schema lets pass and the type does not is refused here. */
function convert({ resource }: PatchRequest, body: Json, typed: string): KubeObject {
  try {
    return accept(resource, body);
  } catch (error) {
    if (!(error instanceof ConformError)) throw error;
    const into = `unable to convert unstructured object to ${resource.group}/${resource.version}, Kind=${resource.kind}`;
    const why = /unmarshal number \d+\.\d+ .* of type (int\d+)/.exec(error.message);
    const text =
      why === null
        ? undecoded(error.message.replace(/Go struct field \S+/, "Go value"))
        : `cannot convert float64 to ${why[1]}`;
    throw internal(`failed to convert new object ${typed} to proper version: ${into}: ${text}`);
  }
}

/** What an applied configuration says of the fields that nobody owns; the update's rules are for them. */
function unowned({ resource, ref, current }: PatchRequest, { metadata }: KubeObject): Partial<ObjectMeta> {
  const { uid = "", generation } = metadata;
  if (uid !== "" && current === undefined)
    throw conflict(
      resource,
      ref.name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  return { ...(uid === "" ? {} : { uid }), ...(generation === undefined ? {} : { generation }) };
}

function applied(request: PatchRequest): KubeObject {
  const { resource, current, writer, force, ref } = request;
  const body = request.body ?? {};
  if (!isJson(body))
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${notMap(body)}`);
  const [apiVersion, kind] = [String(body["apiVersion"] ?? ""), String(body["kind"] ?? "")];
  if (apiVersion !== resource.apiVersion || kind !== resource.kind)
    throw badRequest(`invalid object type: ${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${kind}`);
  // What is no list is none to the accessor; the schema has its say about it below.
  if (isJson(body["metadata"]) && Array.isArray(body["metadata"]["managedFields"]))
    throw badRequest("metadata.managedFields must be nil");
  const message = messageFor(resource);
  const home = isJson(body["metadata"]) ? String(body["metadata"]["namespace"] ?? "") : "";
  const groupVersion = `${resource.group}/${resource.version}`;
  const typed = `(${home}/${ref.name}; ${groupVersion}, Kind=${kind})`;
  const broken = message === undefined ? undefined : typedError(body, message);
  if (broken !== undefined) throw internal(`failed to create typed patch object ${typed}: ${broken}`);
  const config = convert(request, body, typed);
  const named = (): void => checkNames(config, resource, ref.namespace, ref.name);
  if (message === undefined) {
    named();
    return accept(resource, current === undefined ? config : mergePatch(current, config));
  }
  const merged = applyConfig({ live: current, stated: body, config, message }, writer, force);
  named(); // a conflict is told of before
  const version = config.metadata.resourceVersion ?? current?.metadata.resourceVersion;
  const metadata = {
    ...merged.metadata,
    ...unowned(request, config),
    ...(version === undefined ? {} : { resourceVersion: version }),
  };
  return accept(resource, { ...merged, metadata });
}

/** The object a patch makes of the current one (absent: apply makes a new one). Throws the API's own errors. */
export function patchedObject(request: PatchRequest): KubeObject {
  if (request.type === "apply") return applied(request);
  const object = reread(request, edited(request));
  request.heard();
  checkNames(object, request.resource, request.ref.namespace, request.ref.name);
  return object;
}
