import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBody, encodeBody, JSON_TYPE, PROTOBUF_TYPE } from "../../../harness/wire/body.ts";
import { encodeFrame, frameChanger, frameReader, type ObjectChange } from "../../../harness/wire/frames.ts";
import { formatTime, parseTime, TimeError } from "../../../harness/wire/time.ts";

const text = fc.string({ unit: "grapheme", minLength: 1 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const seconds = fc.integer({ min: -62_135_596_799, max: 253_402_300_799 });
const time = seconds.map((at) => formatTime({ seconds: at, nanos: 0 }, "time"));
const microtime = fc
  .tuple(seconds, fc.integer({ min: 0, max: 999_999 }))
  .map(([at, micros]) => formatTime({ seconds: at, nanos: micros * 1000 }, "microtime"));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const labels = fc.dictionary(
  text.filter((key) => key !== "__proto__"),
  text,
  { minKeys: 1, noNullPrototype: true },
);

const without = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

const metadata = fc
  .record({
    name: text,
    uid: optional(text),
    resourceVersion: optional(text),
    generation: optional(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    creationTimestamp: optional(time),
    labels: optional(labels),
    annotations: optional(labels),
    finalizers: optional(fc.array(text, { minLength: 1 })),
  })
  .map(without);

const spec = fc
  .record({
    holderIdentity: optional(fc.string({ unit: "grapheme" })),
    leaseDurationSeconds: optional(int32),
    acquireTime: optional(microtime),
    renewTime: optional(microtime),
    leaseTransitions: optional(int32),
  })
  .map(without);

const lease = fc
  .record({ metadata, spec })
  .map((fields) => ({ kind: "Lease", apiVersion: "coordination.k8s.io/v1", ...fields }));

test("a Lease survives protobuf exactly: empty holders, microseconds, negative numbers", () => {
  fc.assert(
    fc.property(lease, (object) => {
      expect(decodeBody(PROTOBUF_TYPE, encodeBody(PROTOBUF_TYPE, object)!)).toEqual(object);
    }),
  );
});

test("a Lease survives JSON exactly", () => {
  fc.assert(
    fc.property(lease, (object) => {
      expect(decodeBody(JSON_TYPE, encodeBody(JSON_TYPE, object)!)).toEqual(object);
    }),
  );
});

test("frames survive both formats, cut anywhere", () => {
  const type = fc.constantFrom(JSON_TYPE, `${PROTOBUF_TYPE};stream=watch`);
  fc.assert(
    fc.property(
      type,
      fc.array(lease, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 64 }),
      (kind, objects, size) => {
        const bytes = Buffer.concat(objects.map((object) => encodeFrame(kind, "MODIFIED", object)!));
        const read = frameReader(kind);
        const frames = [];
        for (let at = 0; at < bytes.length; at += size) frames.push(...read(bytes.subarray(at, at + size)));
        expect(frames).toEqual(objects.map((object) => ({ type: "MODIFIED", object })));
      },
    ),
  );
});

test("a changer passes every byte; with a change every object that begins after it is changed, cut anywhere", () => {
  const type = fc.constantFrom(JSON_TYPE, `${PROTOBUF_TYPE};stream=watch`);
  const objects = fc.array(lease, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(type, objects, fc.integer({ min: 1, max: 64 }), fc.nat(), (kind, shown, size, from) => {
      const frames = shown.map((object) => Buffer.from(encodeFrame(kind, "MODIFIED", object)!));
      const bytes = Buffer.concat(frames);
      const plain = frameChanger(kind);
      const changing = frameChanger(kind);
      const named: ObjectChange = (object) => ({
        ...object,
        metadata: Object.assign({}, object.metadata, { name: "changed" }),
      });
      const begin = from % bytes.length;
      const out = { plain: [] as Buffer[], changed: [] as Buffer[] };
      let changesFrom = 0; // how many bytes had arrived unchanged
      for (let at = 0; at < bytes.length; at += size) {
        const chunk = bytes.subarray(at, at + size);
        out.plain.push(plain(chunk));
        if (at < begin) changesFrom = Math.min(bytes.length, at + size);
        out.changed.push(changing(chunk, at < begin ? undefined : named));
      }
      expect(Buffer.concat(out.plain).equals(bytes)).toBe(true);
      let start = 0;
      const expected = shown.map((object, index) => {
        const begun = start < changesFrom;
        start += frames[index]!.length;
        return begun ? object.metadata?.["name"] : "changed";
      });
      const read = frameReader(kind)(Buffer.concat(out.changed));
      expect(read.map(({ object }) => (object?.metadata as { name?: string } | undefined)?.name)).toEqual(expected);
    }),
  );
});

test("decodeBody never throws, whatever it is given", () => {
  const types = fc.constantFrom(undefined, JSON_TYPE, PROTOBUF_TYPE, "text/plain", "application/merge-patch+json");
  const magic = fc.uint8Array().map((tail) => Uint8Array.of(0x6b, 0x38, 0x73, 0, ...tail));
  fc.assert(
    fc.property(types, fc.oneof(fc.uint8Array(), magic), (type, bytes) => {
      const object = decodeBody(type, bytes);
      expect(object === undefined || typeof object === "object").toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("a Lease cut short is not understood, rather than half understood", () => {
  const bytes = encodeBody(PROTOBUF_TYPE, {
    kind: "Lease",
    apiVersion: "coordination.k8s.io/v1",
    metadata: { name: "a" },
    spec: { holderIdentity: "somebody", renewTime: "2026-01-02T03:04:05.678901Z" },
  })!;
  for (let length = 1; length < bytes.length - 4; length += 1) {
    const object = decodeBody(PROTOBUF_TYPE, bytes.subarray(0, length));
    expect((object?.["spec"] as { holderIdentity?: string } | undefined)?.holderIdentity).toBeUndefined();
  }
});

test("times are parsed and spelt as the API does", () => {
  fc.assert(fc.property(microtime, (at) => formatTime(parseTime(at, "microtime"), "microtime") === at));
  expect(formatTime(parseTime("2026-01-01T02:00:00.000001+02:00", "microtime"), "microtime")).toBe(
    "2026-01-01T00:00:00.000001Z",
  );
  expect(formatTime(parseTime("2026-01-01T00:00:00.9Z", "time"), "time")).toBe("2026-01-01T00:00:00Z");
});

test.each([
  ["2026-01-01T00:00:00.1Z", 'cannot parse ".1Z" as ".000000"'],
  ["2026-01-01T00:00:00Z", 'cannot parse "Z" as ".000000"'],
  ["2026-01-01T00:00:00.123456789Z", 'cannot parse "789Z" as "Z07:00"'],
  ["yesterday", 'cannot parse "yesterday" as "2006"'],
  ["2026-13-01T00:00:00.000000Z", "month out of range"],
  ["2026-02-29T00:00:00.000000Z", "day out of range"],
])("%s is no microtime", (given, why) => {
  expect(() => parseTime(given, "microtime")).toThrow(TimeError);
  expect(() => parseTime(given, "microtime")).toThrow(why);
});
