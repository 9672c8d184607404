import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeBody, encodeBody, PROTOBUF_TYPE } from "../../../harness/wire/body.ts";
import { frameReader } from "../../../harness/wire/frames.ts";
import type { KubeLike } from "../../../harness/wire/schema.ts";

/** What a kube-apiserver 1.34 answered for the same object, once as JSON and once as protobuf. */
type Golden = { readonly object: KubeLike; readonly hex: string; readonly type: string };
const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Record<string, Golden>;
const { watch, ...objects } = golden;

test.each(Object.entries(objects))(
  "%s is written byte for byte as the real API writes it",
  (_name, { object, hex }) => {
    expect(Buffer.from(encodeBody(PROTOBUF_TYPE, object)!).toString("hex")).toBe(hex);
  },
);

test.each(Object.entries(objects))("%s is read as the real API's own JSON shows it", (_name, { object, hex }) => {
  expect(decodeBody(PROTOBUF_TYPE, Buffer.from(hex, "hex"))).toEqual(object);
});

test("a real watch's frames are read however they are cut", () => {
  const bytes = Buffer.from(watch!.hex, "hex");
  for (const size of [1, 7, bytes.length]) {
    const read = frameReader(watch!.type);
    const frames = [];
    for (let at = 0; at < bytes.length; at += size) frames.push(...read(bytes.subarray(at, at + size)));
    expect(frames.map(({ type }) => type)).toEqual(["ADDED", "ADDED", "ADDED"]);
    expect(frames.every(({ object }) => object?.kind === "Lease")).toBe(true);
  }
});
