import { parse as parseYaml, type DocumentOptions, type SchemaOptions } from "yaml";
import { JSON_TYPE, mediaType, PROTOBUF_TYPE } from "../../wire/body.ts";
import { openEnvelope } from "../../wire/envelope.ts";
import { isJson, type Json } from "../../wire/schema.ts";
import { messageOf as errorText } from "../../core/errors.ts";
import { ApiError, badRequest, internal } from "../errors.ts";
import type { PatchType } from "../objects.ts";
import { isOfKind, notOfKind, unregistered, versionPart, type GroupKind } from "../scheme.ts";
import { goKind, parseGoJson } from "./go-json.ts";

/** A request's body with its Content-Type. */
export type Body = { readonly type: string | undefined; readonly bytes: Buffer };

const MOST_SHOWN = 30;

/** How an error shows a body: as text where it looks like JSON, else as hexadecimal digits. */
function summary(bytes: Buffer): string {
  if (bytes.length === 0) return "<empty>";
  const shown = bytes.subarray(0, MOST_SHOWN).toString(bytes[0] === 0x7b ? "utf8" : "hex");
  return bytes.length > MOST_SHOWN ? `${shown} ...` : shown;
}

const unsupportedType = (): ApiError =>
  new ApiError(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );

const GO_HEADER =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function typeMeta(value: unknown): { readonly object: Json } | { readonly error: string } {
  if (value === null) return { object: {} };
  if (!isJson(value)) return { error: `json: cannot unmarshal ${goKind(value)} into Go value of type ${GO_HEADER}` };
  for (const name of ["apiVersion", "kind"]) {
    const found = value[name];
    if (found !== undefined && found !== null && typeof found !== "string")
      return { error: `json: cannot unmarshal ${goKind(found)} into Go struct field .${name} of type string` };
  }
  return { object: value };
}

function parsed(body: Body): { readonly object: Json } | { readonly error: string } {
  if (mediaType(body.type) === "application/yaml") {
    const value = yamlValue(body.bytes.toString());
    return "error" in value ? value : typeMeta(value.value);
  }
  const json = parseGoJson(body.bytes.toString());
  return "error" in json ? json : typeMeta(json.value);
}

function readText(body: Body, expected: GroupKind): Json {
  const result = parsed(body);
  if ("error" in result)
    throw badRequest(
      `the object provided is unrecognized (must be of type ${expected.kind}): couldn't get version/kind; json parse error: ${result.error} (${summary(body.bytes)})`,
    );
  return result.object;
}

function readProtobuf(body: Body, expected: GroupKind): Json {
  try {
    const { object, apiVersion, kind } = openEnvelope(body.bytes);
    if (object !== undefined) return object;
    if (kind === expected.kind && apiVersion === expected.apiVersion) throw unsupportedType();
    return { apiVersion, kind };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${expected.kind}): ${errorText(error)} (${summary(body.bytes)})`,
    );
  }
}

/** The body's own kind and version must be the endpoint's, or another of its `versions`; absent ones are the endpoint's. */
function checkKind(object: Json, expected: GroupKind, versions: readonly string[]): void {
  const apiVersion = (object["apiVersion"] ?? "") === "" ? expected.apiVersion : String(object["apiVersion"]);
  const kind = (object["kind"] ?? "") === "" ? expected.kind : String(object["kind"]);
  if (versions.includes(apiVersion) && kind === expected.kind) return;
  if (isOfKind({ apiVersion, kind }, expected))
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected.apiVersion})`,
    );
  const why = notOfKind({ apiVersion, kind }, expected);
  throw badRequest(`${kind} in version "${versionPart(apiVersion)}" cannot be handled as a ${expected.kind}: ${why}`);
}

/** Reads the object of a create or update: JSON (also when it does not say), YAML or protobuf. Throws 400 and 415. */
export function readObject(body: Body, expected: GroupKind, versions = [expected.apiVersion]): Json {
  const type = mediaType(body.type);
  let object: Json;
  if (type === "" || type === "application/json" || type === "application/yaml") object = readText(body, expected);
  else if (type === PROTOBUF_TYPE) object = readProtobuf(body, expected);
  else throw unsupportedType();
  checkKind(object, expected, versions);
  return object;
}

function readDeleteProtobuf(body: Body): Json {
  try {
    return openEnvelope(body.bytes).object ?? {};
  } catch (error) {
    throw internal(errorText(error));
  }
}

/** Reads the options of a delete; an empty body has none. */
export function readDeleteOptions(body: Body): Json {
  if (body.bytes.length === 0) return {};
  const type = mediaType(body.type);
  if (type === PROTOBUF_TYPE) return readDeleteProtobuf(body);
  if (type !== "" && type !== JSON_TYPE && type !== "application/yaml") throw unsupportedType();
  const result = parsed(body);
  if ("error" in result) throw internal(`couldn't get version/kind; json parse error: ${result.error}`);
  const { kind = "DeleteOptions", apiVersion = "v1" } = result.object as Readonly<Record<string, string | undefined>>;
  if (kind !== "DeleteOptions") throw internal(unregistered({ apiVersion, kind }));
  return result.object;
}

const patchTypes: Readonly<Record<string, PatchType>> = {
  "application/merge-patch+json": "merge",
  "application/json-patch+json": "json",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** YAML as the API reads it: 1.1, in which `y` is true, but a time stays a text. */
const YAML: DocumentOptions & SchemaOptions = {
  version: "1.1",
  customTags: (tags) => tags.filter((tag) => typeof tag === "string" || tag.tag !== "tag:yaml.org,2002:timestamp"),
};

function yamlValue(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: text.trimStart().startsWith("{") ? JSON.parse(text) : parseYaml(text, YAML) };
  } catch {
    try {
      return { value: parseYaml(text, YAML) as unknown };
    } catch (error) {
      return { error: `error converting YAML to JSON: yaml: ${errorText(error).split("\n", 1)[0]}` };
    }
  }
}

/** The kind of patch by its Content-Type; throws 415. */
export function patchTypeOf(body: Body): PatchType {
  const type = patchTypes[mediaType(body.type)];
  if (type === undefined) throw new ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  return type;
}

/** Reads a patch by its Content-Type. Throws 400 and 415. */
export function readPatch(body: Body): { readonly type: PatchType; readonly value: unknown } {
  const type = patchTypeOf(body);
  const text = body.bytes.toString();
  if (type === "apply") {
    const yaml = yamlValue(text);
    if ("error" in yaml) throw badRequest(`error decoding YAML: ${yaml.error}`);
    return { type, value: yaml.value };
  }
  const json = parseGoJson(text);
  if ("error" in json) throw badRequest(type === "strategic" ? json.error : `error decoding patch: ${json.error}`);
  return { type, value: json.value };
}
