import fastJsonPatch, { type Operation } from "fast-json-patch";
import { isJson, type Json } from "../../wire/schema.ts";
import { ApiError } from "../errors.ts";

const { applyOperation, getValueByPointer, unescapePathComponent } = fastJsonPatch;
const kinds = new Set(["add", "remove", "replace", "move", "copy", "test"]);

const rejected = (): ApiError =>
  new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {});

/** The API's library copies null from where nothing is, and sets a member that is not there when it is told to replace it; RFC 6902 calls that an error. */
function lenient(document: unknown, operation: Operation): Operation {
  if (operation.op === "copy" && isAbsent(document, operation.from))
    return { op: "add", path: operation.path, value: null };
  if (operation.op !== "replace") return operation;
  const parent = operation.path.slice(0, operation.path.lastIndexOf("/"));
  return isJson(getValueByPointer(document, parent)) ? { ...operation, op: "add" } : operation;
}

/** What is not there is null to the API's library when it is tested. */
function isAbsent(document: unknown, path: string): boolean {
  try {
    const parent: unknown = getValueByPointer(document, path.slice(0, path.lastIndexOf("/")));
    return isJson(parent) && (getValueByPointer(document, path) ?? null) === null;
  } catch {
    return false; // not even its parent is there
  }
}

/** The object with its members in the order of their names, as Go writes a map. */
const inOrder = (object: Json): Json => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * The document with the members of all that a pointer goes through in the order of their names: so the API's library
 * leaves what it looked into, and by that order unknown fields are told of. What it only put somewhere stays as it came.
 */
function ordered(document: unknown, [step, ...rest]: readonly string[]): unknown {
  if (Array.isArray(document))
    return document.map((item, index) => (String(index) === step ? ordered(item, rest) : (item as unknown)));
  if (!isJson(document)) return document;
  if (step === undefined || rest.length === 0 || !Object.hasOwn(document, step)) return inOrder(document);
  return inOrder({ ...document, [step]: ordered(document[step], rest) });
}

const stepsOf = (pointer: string): string[] => pointer.split("/").slice(1).map(unescapePathComponent);

/** JSON patch, RFC 6902, on a copy. Throws the API's 422 for an operation that cannot be carried out. */
export function jsonPatch(target: unknown, operations: readonly unknown[]): unknown {
  let document = ordered(structuredClone(target), []);
  for (const each of operations) {
    if (!isJson(each) || !kinds.has(String(each["op"])) || typeof each["path"] !== "string") throw rejected();
    if (each["op"] === "test" && (each["value"] ?? null) === null && isAbsent(document, each["path"])) continue;
    try {
      const operation = lenient(document, structuredClone(each) as unknown as Operation);
      const { newDocument } = applyOperation(document, operation, true, true, true);
      document = ordered(newDocument, stepsOf(operation.path));
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw rejected(); // the library says which operation failed; the API does not
    }
  }
  return document;
}
