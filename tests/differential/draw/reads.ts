import fc from "fast-check";
import { accepts, defined, maybe, nameOf, nothing, query, subOf, version, type Make } from "./common.ts";
import { of } from "./chance.ts";
import type { Query, VersionRef } from "../operation.ts";

const selectors: readonly Query[] = [
  { labelSelector: "app=x" },
  { labelSelector: "app!=x" },
  { labelSelector: "app in (x,y),tier" },
  { labelSelector: "!app" },
  { labelSelector: "app notin (x)" },
  { fieldSelector: "metadata.name=a" },
  { fieldSelector: "metadata.name!=a" },
  { fieldSelector: "metadata.name=a,metadata.namespace=elsewhere" },
  { labelSelector: "app=x", fieldSelector: "metadata.name=b" },
];
const badSelectors: readonly Query[] = [
  { labelSelector: "app=x," },
  { labelSelector: "a b" },
  { labelSelector: "app in x" },
  { fieldSelector: "spec.nonsense=a" },
  { fieldSelector: "nonsense" },
];

export const get: Make = (target) =>
  fc
    .record({
      verb: fc.constant("get" as const),
      target: fc.constant(target),
      name: nameOf(target),
      query: fc.constant(nothing),
      accept: accepts(target),
      sub: subOf(target, true),
      version: maybe(version("0"), 1),
    })
    .map(defined);

export const list: Make = (target) =>
  fc
    .record({
      verb: fc.constant("list" as const),
      target: fc.constant(target),
      name: fc.constant("a"),
      query: query(
        { limit: "1" },
        { limit: "2" },
        { limit: "x" },
        { resourceVersionMatch: "Exact" },
        { resourceVersionMatch: "NotOlderThan" },
        { sendInitialEvents: "true" },
        ...selectors,
        ...badSelectors,
      ),
      accept: accepts(target, "PartialObjectMetadataList"),
      version: maybe(fc.oneof(version("0", "abc"), of<VersionRef>({ seen: "list" })), 1),
      goOn: fc.boolean(),
    })
    .map(defined);

export const watch: Make = (target) =>
  fc
    .record({
      verb: fc.constant("watch" as const),
      target: fc.constant(target),
      name: of("a", "b"),
      query: query(
        ...selectors,
        ...badSelectors,
        { sendInitialEvents: "true" },
        { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan", allowWatchBookmarks: "true" },
      ),
      accept: accepts(target),
      version: maybe(fc.oneof(version("0", "abc"), of<VersionRef>({ seen: "list" })), 3),
    })
    .map(defined);
