import { isJson, type Json } from "../../wire/schema.ts";
import { badRequest, forbiddenField, invalidOptions, required, unsupported, type FieldError } from "../errors.ts";

const LONGEST_MANAGER = 128;

export type Validation = "Ignore" | "Warn" | "Strict";

/** What the query of a write asks for. */
export type WriteQuery = {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly validation: Validation;
  readonly force: boolean;
};

function dryRunErrors(values: readonly unknown[]): FieldError[] {
  const wrong = values.some((each) => each !== "All");
  return wrong ? [unsupported("dryRun", JSON.stringify(values), ["All"])] : [];
}

function managerErrors(manager: string | null): FieldError[] {
  if (manager === null || Buffer.byteLength(manager) <= LONGEST_MANAGER) return [];
  return [
    {
      field: "fieldManager",
      reason: "FieldValueTooLong",
      message: `Too long: may not be more than ${LONGEST_MANAGER} bytes`,
    },
  ];
}

function validationErrors(value: string | null): FieldError[] {
  if (value === null || ["", "Ignore", "Strict", "Warn"].includes(value)) return [];
  return [unsupported("fieldValidation", JSON.stringify(value), ["", "Ignore", "Strict", "Warn"])];
}

/** The manager's name where the request gives none: the program in its User-Agent. */
const agentOf = (agent: string | undefined): string =>
  (agent ?? "").split("/", 1)[0]!.slice(0, LONGEST_MANAGER) || "unknown";

/** Reads the options of a create, update or patch; throws 422 as `kind` (CreateOptions, …). */
export function writeQuery(
  query: URLSearchParams,
  kind: "CreateOptions" | "UpdateOptions" | "PatchOptions",
  agent: string | undefined,
  apply = false,
): WriteQuery {
  const manager = query.get("fieldManager");
  const force = query.get("force");
  const errors: FieldError[] = [];
  if (kind === "PatchOptions") {
    if (!apply && force !== null) errors.push(forbiddenField("force", "may not be specified for non-apply patch"));
    if (apply && (manager ?? "") === "") errors.push(required("fieldManager", "is required for apply patch"));
  }
  errors.push(
    ...managerErrors(manager),
    ...dryRunErrors(query.getAll("dryRun")),
    ...validationErrors(query.get("fieldValidation")),
  );
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return {
    dryRun: query.has("dryRun"),
    fieldManager: (manager ?? "") === "" ? agentOf(agent) : manager!,
    validation: (query.get("fieldValidation") || "Warn") as Validation,
    force: force === "true" || force === "1",
  };
}

export type DeleteRequest = {
  readonly gracePeriodSeconds?: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun: boolean;
};

const policies = ["Foreground", "Background", "Orphan"];

/** A whole number in the query; undefined when absent. Throws 400. */
export function integerIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^[-+]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** What the object must be for a delete to be done. */
export function preconditionsOf(options: Json): Pick<DeleteRequest, "uid" | "resourceVersion"> {
  const { uid, resourceVersion } = isJson(options["preconditions"]) ? options["preconditions"] : ({} as Json);
  return {
    ...(typeof uid === "string" ? { uid } : {}),
    ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
  };
}

/** Reads the options of a delete from its body or, without one, its query; throws 422. */
export function deleteRequest(body: Json, query: URLSearchParams): DeleteRequest {
  const given = Object.keys(body).length > 0;
  const grace = given ? body["gracePeriodSeconds"] : integerIn(query, "gracePeriodSeconds");
  const policy = given ? body["propagationPolicy"] : (query.get("propagationPolicy") ?? undefined);
  // With a body the query says nothing, not even that this is a dry run: so the real API has it.
  const dryRun: readonly unknown[] = !given
    ? query.getAll("dryRun")
    : Array.isArray(body["dryRun"])
      ? body["dryRun"]
      : [];
  const errors: FieldError[] = [];
  if (policy !== undefined && policy !== null && !policies.includes(String(policy)))
    errors.push(unsupported("propagationPolicy", JSON.stringify(policy), [...policies, "nil"]));
  errors.push(...dryRunErrors(dryRun));
  if (errors.length > 0) throw invalidOptions("DeleteOptions", errors);
  return {
    ...(typeof grace === "number" ? { gracePeriodSeconds: grace } : {}),
    ...preconditionsOf(body),
    dryRun: dryRun.length > 0,
  };
}
