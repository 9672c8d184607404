import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { isJson, type Field, type Json, type Message, type Scalar } from "./schema.ts";
import { formatTime, parseTime } from "./time.ts";

const wireTypes: Record<Scalar, WireType> = {
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
  raw: WireType.LengthDelimited,
  json: WireType.LengthDelimited,
  time: WireType.LengthDelimited,
  microtime: WireType.LengthDelimited,
  int32: WireType.Varint,
  int64: WireType.Varint,
  bool: WireType.Varint,
};

function writeTime(writer: BinaryWriter, kind: "time" | "microtime", value: unknown): void {
  writer.fork();
  if (typeof value === "string") {
    const moment = parseTime(value, kind);
    writer.tag(1, WireType.Varint).int64(moment.seconds).tag(2, WireType.Varint).int32(moment.nanos);
  }
  writer.join();
}

function writeScalar(writer: BinaryWriter, type: Scalar, value: unknown): void {
  switch (type) {
    case "string":
      writer.string(typeof value === "string" ? value : "");
      return;
    case "int32":
      writer.int32(typeof value === "number" ? value : 0);
      return;
    case "int64":
      writer.int64(typeof value === "number" ? value : 0);
      return;
    case "bool":
      writer.bool(value === true);
      return;
    case "bytes":
      writer.bytes(Buffer.from(typeof value === "string" ? value : "", "base64"));
      return;
    case "raw":
      writer.bytes(value instanceof Uint8Array ? value : new Uint8Array());
      return;
    case "json":
      writer
        .fork()
        .tag(1, WireType.LengthDelimited)
        .bytes(Buffer.from(JSON.stringify(value)))
        .join();
      return;
    case "time":
    case "microtime":
      writeTime(writer, type, value);
      return;
    default:
      throw type satisfies never;
  }
}

function writeValue(writer: BinaryWriter, no: number, type: Scalar | Message, value: unknown): void {
  if (typeof type === "string") {
    writeScalar(writer.tag(no, wireTypes[type]), type, value);
    return;
  }
  writer.tag(no, WireType.LengthDelimited).fork();
  writeMessage(writer, type, isJson(value) ? value : {});
  writer.join();
}

function writeField(writer: BinaryWriter, field: Field, value: unknown): void {
  switch (field.shape) {
    case "one":
      writeValue(writer, field.no, field.type, value);
      return;
    case "pointer":
      if (value !== undefined && value !== null) writeValue(writer, field.no, field.type, value);
      return;
    case "list":
      if (Array.isArray(value)) for (const item of value) writeValue(writer, field.no, field.type, item);
      return;
    case "map":
      if (!isJson(value)) return;
      for (const key of Object.keys(value).sort()) {
        writer.tag(field.no, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(key);
        writeValue(writer, 2, field.type, value[key]);
        writer.join();
      }
      return;
    default:
      throw field.shape satisfies never;
  }
}

/** Writes a value of a message as Go's generated code does: every non-pointer field, in ascending number. */
export function writeMessage(writer: BinaryWriter, message: Message, value: Json): void {
  for (const field of message.fields) writeField(writer, field, value[field.name]);
}

export function encodeMessage(message: Message, value: Json): Uint8Array {
  const writer = new BinaryWriter();
  writeMessage(writer, message, value);
  return writer.finish();
}

function readTime(reader: BinaryReader, kind: "time" | "microtime"): string | null {
  const end = reader.uint32() + reader.pos;
  if (end === reader.pos) return null;
  let [seconds, nanos] = [0, 0];
  while (reader.pos < end) {
    const [no, type] = reader.tag();
    if (no === 1) seconds = Number(reader.int64());
    else if (no === 2) nanos = reader.int32();
    else reader.skip(type, no);
  }
  return formatTime({ seconds, nanos }, kind);
}

function readScalar(reader: BinaryReader, type: Scalar): unknown {
  switch (type) {
    case "string":
      return reader.string();
    case "int32":
      return reader.int32();
    case "int64":
      return Number(reader.int64());
    case "bool":
      return reader.bool();
    case "bytes":
      return Buffer.from(reader.bytes()).toString("base64");
    case "raw":
      return reader.bytes();
    case "json": {
      const [raw] = readEntry(reader, "string", 1);
      return typeof raw === "string" ? JSON.parse(raw) : {};
    }
    case "time":
    case "microtime":
      return readTime(reader, type);
    default:
      throw type satisfies never;
  }
}

const readValue = (reader: BinaryReader, type: Scalar | Message): unknown =>
  typeof type === "string" ? readScalar(reader, type) : readMessage(reader, type, reader.uint32());

/** A nested message of which only one or two fields count: [the field `no`, field 1 as a string when `no` is 2]. */
function readEntry(reader: BinaryReader, type: Scalar | Message, no: number): [value: unknown, key: string] {
  const end = reader.uint32() + reader.pos;
  let value: unknown;
  let key = "";
  while (reader.pos < end) {
    const [found, wire] = reader.tag();
    if (found === no) value = readValue(reader, type);
    else if (found === 1) key = reader.string();
    else reader.skip(wire, found);
  }
  return [value, key];
}

function readField(reader: BinaryReader, field: Field, target: Record<string, unknown>): void {
  if (field.shape === "list") {
    ((target[field.name] ??= []) as unknown[]).push(readValue(reader, field.type));
  } else if (field.shape === "map") {
    const [value, key] = readEntry(reader, field.type, 2);
    const entries = (target[field.name] ??= Object.create(null)) as Record<string, unknown>;
    entries[key] = value ?? (typeof field.type === "string" ? "" : {});
  } else {
    target[field.name] = readValue(reader, field.type);
  }
}

/** Reads `length` bytes as a message into plain JSON fields; unknown fields are skipped. Throws on malformed bytes. */
export function readMessage(reader: BinaryReader, message: Message, length: number): Record<string, unknown> {
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError("message is cut short");
  const target: Record<string, unknown> = {};
  while (reader.pos < end) {
    const [no, type] = reader.tag();
    const field = message.byNumber.get(no);
    if (field === undefined) reader.skip(type, no);
    else readField(reader, field, target);
  }
  if (reader.pos !== end) throw new RangeError("message is longer than it says");
  return target;
}

export const decodeMessage = (message: Message, bytes: Uint8Array): Record<string, unknown> =>
  readMessage(new BinaryReader(bytes), message, bytes.length);
