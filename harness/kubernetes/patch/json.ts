import fastJsonPatch, { type Operation } from "fast-json-patch";
import { isJson } from "../../wire/schema.ts";
import { ApiError } from "../errors.ts";

const { applyOperation, getValueByPointer } = fastJsonPatch;
const kinds = new Set(["add", "remove", "replace", "move", "copy", "test"]);

const rejected = (): ApiError =>
  new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {});

/** The API's library sets a member that is not there when it is told to replace it; RFC 6902 calls that an error. */
function lenient(document: unknown, operation: Operation): Operation {
  if (operation.op !== "replace") return operation;
  const parent = operation.path.slice(0, operation.path.lastIndexOf("/"));
  return isJson(getValueByPointer(document, parent)) ? { ...operation, op: "add" } : operation;
}

/** JSON patch, RFC 6902, on a copy. Throws the API's 422 for an operation that cannot be carried out. */
export function jsonPatch(target: unknown, operations: readonly unknown[]): unknown {
  let document: unknown = structuredClone(target);
  for (const each of operations) {
    if (!isJson(each) || !kinds.has(String(each["op"])) || typeof each["path"] !== "string") throw rejected();
    try {
      const operation = lenient(document, structuredClone(each) as unknown as Operation);
      document = applyOperation(document, operation, true, true, true).newDocument;
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw rejected(); // the library says which operation failed; the API does not
    }
  }
  return document;
}
