import { goPrint } from "../go-print.ts";
import { isJson, type Field, type Json, type Message } from "../../wire/schema.ts";

/** How a value that should have been a map or list is shown, as far as lists and scalars are. */
const plain = (value: unknown): string => `&{${goPrint(value)}}`;

/** Go's print of a JSON value that was not what a schema expects. */
const shown = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? `&value.valueUnstructured{Value:${Array.isArray(value) ? "[]interface {}" : "map[string]interface {}"}}`
    : `&value.valueUnstructured{Value:${typeof value === "string" ? JSON.stringify(value) : String(value)}}`;

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? "list" : isJson(value) ? "map" : typeof value === "boolean" ? "bool" : typeof value;

function scalarError(value: unknown, field: Field, path: string): string | undefined {
  switch (field.type) {
    case "int32":
    case "int64":
      return typeof value === "number" ? undefined : `${path}: expected numeric (int or float), got ${kindOf(value)}`;
    case "string":
    case "bytes":
      return typeof value === "string" ? undefined : `${path}: expected string, got ${shown(value)}`;
    case "bool":
      return typeof value === "boolean" ? undefined : `${path}: expected boolean, got ${shown(value)}`;
    default:
      return undefined; // times are any value to the schema; they fail when they are converted
  }
}

function one(value: unknown, field: Field, path: string): string | undefined {
  if (value === null) return undefined;
  if (typeof field.type === "string") return scalarError(value, field, path);
  return isJson(value) ? typedError(value, field.type, path) : `${path}: expected map, got ${plain(value)}`;
}

function member(value: unknown, field: Field, path: string): string | undefined {
  if (value === null) return undefined;
  if (field.shape === "list") {
    if (!Array.isArray(value)) return `${path}: expected list, got ${plain(value)}`;
    return value.map((item, index) => one(item, field, `${path}[${index}]`)).find((error) => error !== undefined);
  }
  if (field.shape !== "map") return one(value, field, path);
  if (!isJson(value)) return `${path}: expected map, got ${plain(value)}`;
  return Object.entries(value)
    .map(([key, item]) => one(item, field, `${path}.${key}`))
    .find((error) => error !== undefined);
}

/** What a kind's schema finds wrong with an applied configuration first, as structured-merge-diff says it. */
export function typedError(value: Json, message: Message, path = ""): string | undefined {
  for (const [name, inner] of Object.entries(value)) {
    if (path === "" && (name === "kind" || name === "apiVersion")) continue;
    const field = message.byName.get(name);
    const error =
      field === undefined ? `${path}.${name}: field not declared in schema` : member(inner, field, `${path}.${name}`);
    if (error !== undefined) return error;
  }
  return undefined;
}
