import fc from "fast-check";
import { JSON_TYPE, PROTOBUF_TYPE } from "../../../harness/wire/body.ts";
import { WORKLOADS } from "../masks.ts";
import { bodyOf } from "./bodies.ts";
import {
  accepts,
  defined,
  maybe,
  nameOf,
  nothing,
  query,
  sentAs,
  subOf,
  version,
  writing,
  written,
  type Make,
} from "./common.ts";
import { few, mostly, of } from "./chance.ts";

export const create: Make = (target) =>
  fc.record({
    verb: fc.constant("create" as const),
    target: fc.constant(target),
    name: nameOf(target),
    query: query(...writing),
    accept: accepts(target),
    body: bodyOf(target, ""),
    as: sentAs(target),
  });

export const update: Make = (target) =>
  (target === "pods" ? fc.constant("status" as const) : subOf(target)).chain((sub) =>
    fc
      .record({
        verb: fc.constant("update" as const),
        target: fc.constant(target),
        name: nameOf(target),
        query: query(...writing),
        accept: accepts(target),
        sub: fc.constant(sub),
        body: bodyOf(target, sub),
        as: sentAs(target),
        version: maybe(written, 6),
        uid: maybe(of("last" as const, "first" as const, "other" as const), 1),
      })
      .map(defined),
  );

export const remove: Make = (target) =>
  fc
    .record({
      verb: of("delete" as const, "delete" as const, "deletecollection" as const),
      target: fc.constant(target),
      name: nameOf(target),
      query: query(
        { dryRun: "All" },
        { propagationPolicy: "Background" },
        { gracePeriodSeconds: "0" },
        { gracePeriodSeconds: "x" },
      ),
      accept: few(JSON_TYPE, "*/*", "application/*", "text/html"),
      options: fc.oneof(
        { arbitrary: of<object>({}), weight: 4 },
        {
          arbitrary: of<object>(
            { propagationPolicy: "Background" },
            { propagationPolicy: "Odd" },
            { gracePeriodSeconds: 0 },
            { gracePeriodSeconds: 5 },
            { dryRun: ["All"] },
            { dryRun: ["Some"] },
            { kind: "DeleteOptions", apiVersion: "v1" },
          ),
          weight: 2,
        },
      ),
      version: maybe(version("1"), 1),
      uid: maybe(of("last" as const, "first" as const, "other" as const), 1),
    })
    .map(defined);

/** Evictions, of pods; no budget stands against them. */
export const evict: Make = (target) =>
  fc
    .record({
      verb: fc.constant("evict" as const),
      target: fc.constant(target),
      name: nameOf(target),
      query: query(...writing),
      accept: few(JSON_TYPE, "*/*", "application/*", "text/html"),
      body: mostly(
        of<object>({}),
        of<object>(
          { metadata: { name: "b" } },
          { metadata: { name: "" } },
          { metadata: { namespace: "elsewhere" } },
          { metadata: { namespace: "$NAMESPACE" } },
          { kind: "Eviction", apiVersion: "policy/v1" },
          { kind: "Eviction", apiVersion: "policy/v1beta1" },
          { kind: "Pod", apiVersion: "v1" },
          { nonsense: 1 },
          { metadata: { labels: { "bad key": 1 } } },
        ),
      ),
      options: fc.oneof(
        { arbitrary: of<object>({}), weight: 4 },
        {
          arbitrary: of<object>(
            { gracePeriodSeconds: 0 },
            { gracePeriodSeconds: 5 },
            { gracePeriodSeconds: -1 },
            { gracePeriodSeconds: "x" },
            { dryRun: ["All"] },
            { dryRun: ["Some"] },
            { propagationPolicy: "Background" },
            { propagationPolicy: "Odd" },
            { kind: "DeleteOptions", apiVersion: "v1" },
            { nonsense: 1 },
          ),
          weight: 2,
        },
      ),
      version: maybe(version("1"), 1),
      uid: maybe(of("last" as const, "first" as const, "other" as const), 1),
    })
    .map(defined);

export const race: Make = (target) =>
  fc.record({
    verb: fc.constant("race" as const),
    target: fc.constant(target),
    name: of("a", "b"),
    query: fc.constant(nothing),
    accept: fc.constant(JSON_TYPE),
    of:
      target === "events.k8s.io"
        ? of("delete" as const)
        : WORKLOADS.includes(target)
          ? of("update" as const, "patch" as const, "delete" as const)
          : of("create" as const, "update" as const, "patch" as const, "delete" as const),
    writers: fc.integer({ min: 2, max: 4 }),
  });

export const raw: Make = (target) =>
  fc.record({
    verb: fc.constant("raw" as const),
    target: fc.constant(target),
    name: of("a", ""),
    query: fc.constant(nothing),
    accept: few(JSON_TYPE, "*/*", "application/*", "text/html"),
    method: of("POST", "PUT", "PATCH", "DELETE", "GET"),
    below: few("", "/nonsense", "/status"),
    text: of(
      "",
      "{",
      "[]",
      "1",
      "null",
      '{"kind":"Odd","apiVersion":"v1"}',
      '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}',
      '{"metadata":"x"}',
      "text",
      "k8s",
    ),
    type: of(
      "",
      JSON_TYPE,
      "application/merge-patch+json",
      "application/json-patch+json",
      "application/strategic-merge-patch+json",
      "application/apply-patch+yaml",
      PROTOBUF_TYPE,
      "text/plain",
    ),
  });
