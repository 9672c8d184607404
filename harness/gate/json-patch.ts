type Step = { readonly op?: unknown; readonly path?: unknown; readonly value?: unknown };

const unescaped = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

/**
 * The part of an object that an RFC 6902 patch lets one know: what it adds, replaces or tests, put where it belongs.
 * A test of metadata.resourceVersion thus reads as the precondition that it is. Undefined when it is no such patch.
 */
export function knownOfJsonPatch(patch: unknown): Record<string, unknown> | undefined {
  if (!Array.isArray(patch)) return undefined;
  const known: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const step of patch as readonly (Step | null)[]) {
    const { op, path, value } = step ?? {};
    if (typeof path !== "string" || !["add", "replace", "test"].includes(String(op))) continue;
    const tokens = path.split("/").slice(1).map(unescaped);
    const last = tokens.pop();
    if (last === undefined) continue;
    let target = known;
    for (const token of tokens) {
      const next = target[token];
      if (typeof next !== "object" || next === null) target[token] = Object.create(null) as Record<string, unknown>;
      target = target[token] as Record<string, unknown>;
    }
    if (op !== "test" || target[last] === undefined) target[last] = value;
  }
  return known;
}
