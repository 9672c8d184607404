import { isJson, type Json } from "../../wire/schema.ts";
import type { KubeObject } from "../objects.ts";
import { fromFieldsV1, toFieldsV1, type Path } from "./fields.ts";

/** One manager's share of an object. */
export type Manager = {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly time: string | undefined;
  readonly paths: ReadonlySet<Path>;
};

export const sameManager = (a: Omit<Manager, "paths" | "time">, b: Omit<Manager, "paths" | "time">): boolean =>
  a.manager === b.manager && a.operation === b.operation && a.apiVersion === b.apiVersion;

const entriesOf = (object: KubeObject): readonly Json[] => {
  const entries = object.metadata["managedFields"];
  return Array.isArray(entries) ? entries.filter(isJson) : [];
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export const managersOf = (object: KubeObject): readonly Manager[] =>
  entriesOf(object)
    .filter((entry) => entry["operation"] === "Apply" || entry["operation"] === "Update")
    .map((entry) => ({
      manager: text(entry["manager"]),
      operation: entry["operation"] as Manager["operation"],
      apiVersion: text(entry["apiVersion"]),
      time: typeof entry["time"] === "string" ? entry["time"] : undefined,
      paths: fromFieldsV1(entry["fieldsV1"]),
    }));

/** `managedFields: [{}]` asks to forget all managers. */
export const resets = (object: KubeObject): boolean => {
  const entries = entriesOf(object);
  return entries.length === 1 && Object.keys(entries[0]!).length === 0;
};

const order = (a: Manager, b: Manager): number =>
  compare(a.operation, b.operation) || compare(a.time ?? "", b.time ?? "") || compare(a.manager, b.manager);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The object with these managers written into metadata.managedFields, in the API's order; empty shares are left out. */
export function withManagers(object: KubeObject, managers: readonly Manager[]): KubeObject {
  const { managedFields: _old, ...metadata } = object.metadata;
  const entries = managers
    .filter((each) => each.paths.size > 0)
    .sort(order)
    .map(({ manager, operation, apiVersion, time, paths }) => ({
      manager,
      operation,
      apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: "FieldsV1",
      fieldsV1: toFieldsV1(paths),
    }));
  return { ...object, metadata: { ...metadata, ...(entries.length > 0 ? { managedFields: entries } : {}) } };
}
