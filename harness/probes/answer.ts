/** What a replica's endpoint said of leadership. */
export type Answer = { readonly leading: boolean; readonly term?: number; readonly names?: string };

const NAMING_FIELDS = ["name", "leader", "holderIdentity"] as const;

/**
 * Understands `{"leading": bool, "term" or "token": n}` at any status, and of a success `{"name" | "leader" |
 * "holderIdentity": id}` ("" names nobody) or the replica's identity as plain text; undefined for anything else:
 * what is not understood is no denial.
 */
export function understandAnswer(status: number, body: string, identity: string): Answer | undefined {
  const succeeded = status >= 200 && status < 300;
  const text = body.trim();
  if (text === identity && succeeded) return { leading: true, names: identity };
  const value = objectIn(text);
  if (value === undefined) return undefined;
  const { leading } = value;
  if (typeof leading === "boolean") {
    const term = [value["term"], value["token"]].find((number) => typeof number === "number");
    return { leading, ...(typeof term === "number" ? { term } : {}) };
  }
  if (!succeeded) return undefined;
  for (const field of NAMING_FIELDS) {
    const names = value[field];
    if (typeof names === "string") return { leading: names === identity, ...(names === "" ? {} : { names }) };
  }
  return undefined;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // some other text
  }
}
