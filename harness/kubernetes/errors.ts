import { qualified, type Resource } from "./resources.ts";

export type Cause = { readonly reason?: string; readonly message: string; readonly field?: string };

export type StatusDetails = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
};

/** The body of an API error. */
export type Status = {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: Record<string, never>;
  readonly status: "Failure";
  readonly message: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
};

/** An answer of the API that is no success: data for the client, with the wording of a real kube-apiserver. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: Status;
  constructor(code: number, reason: string | undefined, message: string, details?: StatusDetails) {
    super(message);
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
  get code(): number {
    return this.status.code;
  }
  get reason(): string | undefined {
    return this.status.reason;
  }
}

const group = (resource: Resource): { group?: string } => (resource.group === "" ? {} : { group: resource.group });
const named = (name: string): { name?: string } => (name === "" ? {} : { name });

/** Details that name the object by its plural ("leases"). */
export const byPlural = (resource: Resource, name: string): StatusDetails => ({
  ...named(name),
  ...group(resource),
  kind: resource.name,
});
const byKind = (resource: Resource, name: string): StatusDetails => ({
  ...named(name),
  ...group(resource),
  kind: resource.kind,
});
const plural = (resource: Resource): string => qualified(resource.name, resource.group);

export const notFound = (resource: Resource, name: string): ApiError =>
  new ApiError(404, "NotFound", `${plural(resource)} "${name}" not found`, byPlural(resource, name));

/** `ending`: what is in the way is being deleted, and so will be gone. */
export const alreadyExists = (resource: Resource, name: string, ending: boolean): ApiError =>
  new ApiError(
    409,
    "AlreadyExists",
    `${ending ? "object is being deleted: " : ""}${plural(resource)} "${name}" already exists`,
    byPlural(resource, name),
  );

export const conflict = (resource: Resource, name: string, why: string): ApiError =>
  new ApiError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${plural(resource)} "${name}": ${why}`,
    byPlural(resource, name),
  );

export const modified = (resource: Resource, name: string): ApiError =>
  conflict(
    resource,
    name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );

/** A delete whose precondition does not hold: named by its kind, not its plural. */
export const deletePrecondition = (resource: Resource, name: string, why: string): ApiError =>
  new ApiError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(resource.kind, resource.group)} "${name}": ${why}`,
    byKind(resource, name),
  );

export const badRequest = (message: string): ApiError => new ApiError(400, "BadRequest", message);
/** An error inside the server: no reason, no details. */
export const internal = (message: string): ApiError => new ApiError(500, undefined, message);

export const methodNotAllowed = (): ApiError =>
  new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
export const noSuchResource = (): ApiError =>
  new ApiError(404, "NotFound", "the server could not find the requested resource", {});
export const forbidden = (resource: Resource, name: string, why: string, causes: readonly Cause[]): ApiError =>
  new ApiError(403, "Forbidden", `${plural(resource)} "${name}" is forbidden: ${why}`, {
    ...byPlural(resource, name),
    causes,
  });

export const expired = (message: string): ApiError => new ApiError(410, "Expired", message);
export const tooOld = (asked: number, oldest: number): ApiError =>
  expired(`too old resource version: ${asked} (${oldest})`);

/** One thing wrong with a field. */
export type FieldError = { readonly field: string; readonly reason: string; readonly message: string };

const show = (value: unknown): string => JSON.stringify(value) ?? "null";
export const invalidValue = (field: string, value: unknown, why: string): FieldError => ({
  field,
  reason: "FieldValueInvalid",
  message: `Invalid value: ${show(value)}: ${why}`,
});
export const required = (field: string, why = ""): FieldError => ({
  field,
  reason: "FieldValueRequired",
  message: why === "" ? "Required value" : `Required value: ${why}`,
});
export const forbiddenField = (field: string, why: string): FieldError => ({
  field,
  reason: "FieldValueForbidden",
  message: `Forbidden: ${why}`,
});
export const unsupported = (field: string, shown: string, supported: readonly string[]): FieldError => ({
  field,
  reason: "FieldValueNotSupported",
  message: `Unsupported value: ${shown}: supported values: ${supported.map((each) => `"${each}"`).join(", ")}`,
});

/** 422; equal messages are said once in the text and as often as found in the causes. */
export function invalid(kind: string, kindGroup: string, name: string, errors: readonly FieldError[]): ApiError {
  const lines = [...new Set(errors.map((each) => `${each.field}: ${each.message}`))];
  const text = lines.length === 1 ? lines[0]! : `[${lines.join(", ")}]`;
  return new ApiError(422, "Invalid", `${qualified(kind, kindGroup)} "${name}" is invalid: ${text}`, {
    ...named(name),
    ...(kindGroup === "" ? {} : { group: kindGroup }),
    ...(kind === "" ? {} : { kind }),
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

export const invalidObject = (resource: Resource, name: string, errors: readonly FieldError[]): ApiError =>
  invalid(resource.kind, resource.group, name, errors);
export const invalidOptions = (kind: string, errors: readonly FieldError[]): ApiError =>
  invalid(kind, "meta.k8s.io", "", errors);
