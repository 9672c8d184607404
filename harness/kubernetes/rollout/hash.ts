import type { PodTemplate } from "./types.ts";

export const TEMPLATE_HASH = "pod-template-hash";

/** JSON with sorted keys: equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
}

function withoutHash(template: PodTemplate): PodTemplate {
  const labels = { ...template.metadata?.labels };
  delete labels[TEMPLATE_HASH];
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Objects of the store never change, and the same templates are compared at every turn of a controller. */
const texts = new WeakMap<PodTemplate, string>();

/** What the template asks for, as text; the hash label does not count. */
function textOf(template: PodTemplate): string {
  const text = texts.get(template) ?? canonical(withoutHash(template));
  texts.set(template, text);
  return text;
}

/** Whether two templates ask for the same pods. */
export const sameTemplate = (a: PodTemplate, b: PodTemplate): boolean => a === b || textOf(a) === textOf(b);

// The real alphabet: no vowels, so that no hash spells a word.
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** A stable hash of the template (FNV-1a, 32 bits), as a label value; `collisions` gives another one for the same template. */
export function templateHash(template: PodTemplate, collisions = 0): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${textOf(template)}${collisions === 0 ? "" : `#${collisions}`}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join("");
}
