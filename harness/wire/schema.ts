/**
 * How one value is written. bytes: base64 text in JSON. raw: bytes that never are JSON (an envelope's content).
 * json: a FieldsV1, raw JSON inside a message of its own.
 */
export type Scalar = "string" | "int32" | "int64" | "bool" | "bytes" | "raw" | "time" | "microtime" | "json";

/**
 * A field of a Kubernetes message, with its JSON name and its number in generated.proto.
 * one: a value that is always there (zero when unset). pointer: may be absent. list, map (string keys).
 */
export type Field = {
  readonly no: number;
  readonly name: string;
  readonly type: Scalar | Message;
  readonly shape: "one" | "pointer" | "list" | "map";
  /** Written to JSON even when zero (the Go field has no omitempty). */
  readonly always: boolean;
  /** A list that is written even when empty is null then, but for a list's items. */
  readonly nil: boolean;
  /** How server-side apply and strategic merge see a list or struct: by this key, as a set, or as one value. */
  readonly merge: { readonly key?: string; readonly set?: true; readonly atomic?: true };
};

/** A message: `name` as in Go, `go` with its package, as Go's JSON errors print it. */
export type Message = {
  readonly name: string;
  readonly go: string;
  readonly fields: readonly Field[];
  readonly byName: ReadonlyMap<string, Field>;
  readonly byNumber: ReadonlyMap<number, Field>;
};

type Options = Partial<Pick<Field, "always" | "nil" | "merge">>;
const field =
  (shape: Field["shape"]) =>
  (no: number, name: string, type: Scalar | Message, options: Options = {}): Field => ({
    no,
    name,
    type,
    shape,
    always: options.always ?? false,
    nil: options.nil ?? false,
    merge: options.merge ?? {},
  });

export const one = field("one");
export const pointer = field("pointer");
export const list = field("list");
export const map = field("map");

/** Fields in ascending number: the order in which Go writes them. */
export function message(name: string, fields: readonly Field[], go = `v1.${name}`): Message {
  return {
    name,
    go,
    fields,
    byName: new Map(fields.map((each) => [each.name, each])),
    byNumber: new Map(fields.map((each) => [each.no, each])),
  };
}

/** A JSON object read from somewhere. */
export type Json = Readonly<Record<string, unknown>>;

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Anything shaped like an API object; nothing of it is certain. */
export type KubeLike = { readonly apiVersion?: string; readonly kind?: string; readonly [field: string]: unknown };
