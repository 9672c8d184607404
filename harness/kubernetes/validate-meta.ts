import { equal } from "./equal.ts";
import { forbiddenField, invalidValue, required, type FieldError } from "./errors.ts";
import { labelValueErrors, nameErrors, qualifiedErrors } from "./names.ts";
import type { ObjectMeta, OwnerReference } from "./objects.ts";
import type { Resource } from "./resources.ts";

/** All annotations together, keys and values, in bytes. */
const ANNOTATIONS_LIMIT = 256 * 1024;

const each = (field: string, value: unknown, wrong: readonly string[]): FieldError[] =>
  wrong.map((why) => invalidValue(field, value, why));

function labelErrors(labels: ObjectMeta["labels"]): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...each("metadata.labels", key, qualifiedErrors(key)),
    ...each("metadata.labels", value, labelValueErrors(value)),
  ]);
}

function annotationErrors(annotations: ObjectMeta["annotations"]): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) => each("metadata.annotations", key, qualifiedErrors(key.toLowerCase())));
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (size > ANNOTATIONS_LIMIT)
    errors.push({
      field: "metadata.annotations",
      reason: "FieldValueTooLong",
      message: `Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes`,
    });
  return errors;
}

function ownerErrors(owners: readonly OwnerReference[] = []): FieldError[] {
  const field = "metadata.ownerReferences";
  const errors = owners.flatMap((owner) => {
    const wrong: FieldError[] = [];
    if (owner.apiVersion === "") wrong.push(invalidValue(`${field}.apiVersion`, "", "version must not be empty"));
    if (owner.kind === "") wrong.push(invalidValue(`${field}.kind`, "", "must not be empty"));
    if (owner.name === "") wrong.push(invalidValue(`${field}.name`, "", "must not be empty"));
    if (owner.uid === "") wrong.push(invalidValue(`${field}.uid`, "", "must not be empty"));
    return wrong;
  });
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length > 1)
    errors.push(
      invalidValue(
        field,
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]!.kind}/${controllers[0]!.name} and ${controllers[1]!.kind}/${controllers[1]!.name}`,
      ),
    );
  return errors;
}

const standardFinalizers = ["orphan", "foregroundDeletion", "kubernetes"];

/** Kinds of the core validation demand a domain in a finalizer's name, these do not. */
const lenient = new Set(["leases", "events"]);

function finalizerErrors(finalizers: readonly string[] = [], strict: boolean): FieldError[] {
  return finalizers.flatMap((name, index) => {
    const errors = each("metadata.finalizers", name, qualifiedErrors(name));
    if (strict && !name.includes("/") && !standardFinalizers.includes(name))
      errors.push(
        invalidValue(
          `metadata.finalizers[${index}]`,
          name,
          "name is neither a standard finalizer name nor is it fully qualified",
        ),
      );
    return errors;
  });
}

/** What is wrong with the metadata of an object that is to be created. */
export function metaErrors(meta: ObjectMeta, resource: Resource): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName !== undefined)
    errors.push(
      ...each("metadata.generateName", meta.generateName, nameErrors(resource.names, meta.generateName, true)),
    );
  if ((meta.name ?? "") === "") errors.push(required("metadata.name", "name or generateName is required"));
  else errors.push(...each("metadata.name", meta.name, nameErrors(resource.names, meta.name)));
  if (!resource.namespaced && meta.namespace !== undefined)
    errors.push(forbiddenField("metadata.namespace", "not allowed on this type"));
  if ((meta.generation ?? 0) < 0)
    errors.push(invalidValue("metadata.generation", meta.generation, "must be greater than or equal to 0"));
  errors.push(...labelErrors(meta.labels), ...annotationErrors(meta.annotations), ...ownerErrors(meta.ownerReferences));
  errors.push(...finalizerErrors(meta.finalizers, !lenient.has(resource.name)));
  return errors;
}

const immutable = ["name", "namespace", "uid", "deletionTimestamp", "deletionGracePeriodSeconds"] as const;

/** Kinds whose own update validation looks at all of the metadata once more. */
const thorough = new Set(["configmaps", "secrets", "endpoints", "serviceaccounts"]);

/**
 * What is wrong with an update's metadata, given the one before. Said as often as the API says it: its generic update,
 * the metadata's and the kind's own validation all look, and the causes of a real 422 hold what each of them found.
 */
export function metaUpdateErrors(next: ObjectMeta, previous: ObjectMeta, resource: Resource): FieldError[] {
  const changes: FieldError[] = [];
  if (previous.deletionTimestamp !== undefined) {
    const added = (next.finalizers ?? []).filter((name) => !(previous.finalizers ?? []).includes(name));
    if (added.length > 0)
      changes.push(
        forbiddenField(
          "metadata.finalizers",
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(", ")}}`,
        ),
      );
  }
  for (const name of immutable)
    if (!equal(next[name], previous[name]))
      changes.push(invalidValue(`metadata.${name}`, next[name] ?? "", "field is immutable"));
  const content = [
    ...labelErrors(next.labels),
    ...annotationErrors(next.annotations),
    ...ownerErrors(next.ownerReferences),
  ];
  const finalizers = finalizerErrors(next.finalizers, !lenient.has(resource.name));
  const generic = [...content, ...finalizers, ...changes, ...content];
  // An event's own validation of an update looks at the event alone, an EndpointSlice's at what it is, not what it was.
  if (resource.name === "events") return generic;
  if (resource.name === "endpointslices")
    return [...content, ...finalizerErrors(next.finalizers, false), ...changes, ...content, ...content, ...finalizers];
  const again = thorough.has(resource.name) ? [...content, ...finalizers] : [];
  return [...generic, ...changes, ...content, ...again];
}
