import { conflict, deletePrecondition, internal, invalid } from "./errors.ts";
import type { KubeObject } from "./objects.ts";
import type { Resource } from "./resources.ts";

export type RemoveOptions = {
  readonly gracePeriodSeconds?: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
};

/** Refuses a write whose uid is not that of the object (absent: of none). A dry run has its keys without their root. */
export function checkUid(
  resource: Resource,
  namespace: string,
  object: KubeObject,
  current: KubeObject | undefined,
  dryRun: boolean,
): void {
  const uid = object.metadata.uid;
  const found = current?.metadata.uid ?? "";
  if (uid === undefined || uid === found) return;
  const name = object.metadata.name;
  const key = [dryRun ? "" : "/registry", resource.registry, ...(namespace === "" ? [] : [namespace]), name].join("/");
  throw conflict(
    resource,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found}`,
  );
}

/** Refuses a resourceVersion that is no number. */
export function checkVersionText(object: KubeObject): void {
  const text = object.metadata.resourceVersion;
  if (text !== undefined && !/^\d+$/.test(text))
    throw internal(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** A PUT without a version where the kind demands one; named by its plural, unlike other 422s. */
export const unversioned = (resource: Resource, name: string): Error =>
  invalid(resource.name, resource.group, name, [
    {
      field: "metadata.resourceVersion",
      reason: "FieldValueInvalid",
      message: "Invalid value: 0: must be specified for an update",
    },
  ]);

/** Refuses a delete whose preconditions do not hold. */
export function checkPreconditions(resource: Resource, current: KubeObject, options: RemoveOptions): void {
  const { uid, resourceVersion, name } = current.metadata;
  if (options.uid !== undefined && options.uid !== uid)
    throw deletePrecondition(
      resource,
      name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion)
    throw deletePrecondition(
      resource,
      name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
}
