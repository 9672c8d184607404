/** What a replica posted: an act, with its fencing token where it has one. */
export type Act = { readonly token?: number };

/** Reads the body of an act: empty, or a JSON object, `token` in it a finite number or absent; undefined for anything else. */
export function readAct(body: string): Act | undefined {
  if (body.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { token } = value as { readonly token?: unknown };
  if (token === undefined || token === null) return {};
  return typeof token === "number" && Number.isFinite(token) ? { token } : undefined;
}
