import fc from "fast-check";
import { JSON_TYPE, PROTOBUF_TYPE } from "../../../harness/wire/body.ts";
import { WORKLOADS } from "../masks.ts";
import type { Operation, Query, SentAs, VersionRef } from "../operation.ts";
import { targets } from "../targets.ts";
import { few, of } from "./chance.ts";

const names = few("a", "b", "c", "Bad_Name", "-x", "a.b", "x".repeat(254));
const anyAccept = (shown: string): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constant(JSON_TYPE), weight: 8 },
    { arbitrary: fc.constant(`${PROTOBUF_TYPE},${JSON_TYPE}`), weight: 3 },
    {
      arbitrary: of("*/*", "application/*", "text/html", `${JSON_TYPE};as=${shown};v=v1;g=meta.k8s.io`),
      weight: 1,
    },
  );
/** Workloads are asked for as JSON: the embedded API has no field tables of theirs. */
export const accepts = (target: string, shown = "PartialObjectMetadata"): fc.Arbitrary<string> =>
  WORKLOADS.includes(target) ? few(JSON_TYPE, "*/*", "application/*", "text/html") : anyAccept(shown);
const anyForm: fc.Arbitrary<SentAs> = fc.oneof(
  { arbitrary: fc.constant<SentAs>("json"), weight: 6 },
  { arbitrary: fc.constant<SentAs>("protobuf"), weight: 3 },
  { arbitrary: of<SentAs>("yaml", "none"), weight: 1 },
);

export const sentAs = (target: string): fc.Arbitrary<SentAs> =>
  WORKLOADS.includes(target) ? of("json", "none") : anyForm;
export const nameOf = (target: string): fc.Arbitrary<string> =>
  target === "events.k8s.io" ? few("a", "b", "c") : names;

export const nothing: Query = {};
export const query = (...odd: readonly Query[]): fc.Arbitrary<Query> =>
  fc.oneof({ arbitrary: fc.constant(nothing), weight: 8 }, { arbitrary: of(nothing, ...odd), weight: 2 });
export const writing: readonly Query[] = [
  { dryRun: "All" },
  { dryRun: "Some" },
  { fieldManager: "m" },
  { fieldManager: "x".repeat(129) },
  { fieldValidation: "Strict" },
  { fieldValidation: "Ignore" },
  { fieldValidation: "Odd" },
];

export const version = (...texts: readonly string[]): fc.Arbitrary<VersionRef> =>
  fc.oneof(
    { arbitrary: of<VersionRef>({ seen: "last" }), weight: 6 },
    { arbitrary: of<VersionRef>({ seen: "before" }, { seen: "first" }), weight: 2 },
    { arbitrary: of(...texts).map((text): VersionRef => ({ text })), weight: 1 },
  );
export const written = version("0", "", "abc", "1", "-1", "9999999999");
export const maybe = <T>(arbitrary: fc.Arbitrary<T>, often: number) =>
  fc.option(arbitrary, { nil: undefined, freq: often });

/** What draws one kind of request about a target. */
export type Make = (target: string) => fc.Arbitrary<Operation>;
export const subOf = (target: string, reading = false) => {
  const subs = targets[target]!.subs.filter((sub) => reading || sub !== "scale");
  return fc.oneof({ arbitrary: fc.constant(""), weight: 4 }, { arbitrary: of(...subs), weight: 1 }) as fc.Arbitrary<
    "" | "status" | "scale"
  >;
};

/** Without the members that were drawn as absent. */
export const defined = (drawn: object): Operation =>
  Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)) as unknown as Operation;
