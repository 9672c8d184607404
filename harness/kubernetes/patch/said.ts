import type { Json } from "../../wire/schema.ts";

/** What kind of JSON a value is, as Go's decoder says it of a patch. */
export const goKind = (value: unknown): string =>
  Array.isArray(value)
    ? "array"
    : value !== null && typeof value === "object"
      ? "object"
      : typeof value === "boolean"
        ? "bool"
        : typeof value;

/** What the patched JSON says that it is, or why that cannot be read. */
export function saidToBe(
  value: Json,
): { readonly apiVersion: string; readonly kind: string } | { readonly error: string } {
  for (const name of ["apiVersion", "kind"]) {
    const found = value[name] ?? "";
    if (typeof found !== "string")
      return {
        error: `couldn't get version/kind; json parse error: json: cannot unmarshal ${goKind(found)} into Go struct field .${name} of type string`,
      };
  }
  const apiVersion = String(value["apiVersion"] ?? "").replace(/^\//, "");
  if (apiVersion.split("/").length > 2) return { error: `unexpected GroupVersion string: ${apiVersion}` };
  return { apiVersion: apiVersion.endsWith("/") ? "" : apiVersion, kind: String(value["kind"] ?? "") };
}

/** Why a strategic patch, which says nothing of what an object is, says it in other than texts; undefined: it does not. */
export function oddType(body: Json): string | undefined {
  for (const name of ["apiVersion", "kind"]) {
    const said = body[name] ?? "";
    const kind = typeof said === "number" ? (Number.isInteger(said) ? "int64" : "float64") : goKind(said);
    if (typeof said !== "string") return `cannot convert ${kind} to string`;
  }
  return undefined;
}
