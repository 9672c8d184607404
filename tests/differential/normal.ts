import type { WatchFrame } from "../../harness/wire/frames.ts";
import { isJson } from "../../harness/wire/schema.ts";
import { events, masks, shortened, type Mask } from "./masks.ts";
import type { Outcome } from "./play/outcome.ts";

/** What is compared of one operation. */
export type Normal = { readonly answers: readonly unknown[]; readonly frames: readonly unknown[] };

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Where error texts name versions. */
const IN_TEXT = [
  /(?<=ResourceVersion in (?:the )?(?:precondition|record) \()\d+/g,
  /(?<=too old resource version: )\d+/g,
  /(?<=resource version: \d+ \()\d+/g,
  /(?<=Too large resource version: )\d+/g,
  /(?<=current: )\d+/g,
];

/** A version that was asked for and that nobody has. */
const UNHEARD = 1e9;

/**
 * One side's answers in words that both sides share: uids numbered in the order in which they were
 * first seen, versions replaced by their place in the order of all versions that the sequence showed of objects (a
 * list's by the last of them that it covers), what `masks` names left out. The same order on both sides makes the same
 * words.
 */
export class Normalizer {
  readonly #uids = new Map<string, string>();
  readonly #versions = new Set<number>();
  /** Those for answers, and those for events. */
  readonly #masks: readonly [readonly Mask[], readonly Mask[]];
  #current: readonly Mask[] = [];

  constructor(target: string) {
    const own = masks.filter(({ targets }) => targets?.includes(target) ?? true);
    this.#masks = [own.filter(({ seen }) => seen === undefined), own];
  }

  /** To be called for all outcomes of a side, in order, before any answer (any event) is put in words. */
  readonly learnAnswers = (outcome: Outcome): void => outcome.answers.forEach(({ body }) => this.#learn(body));
  readonly learnFrames = ({ watching }: Outcome): void =>
    watching?.frames.forEach(({ type, object }) => (type === "BOOKMARK" ? undefined : this.#learn(object)));

  #learn(value: unknown): void {
    if (Array.isArray(value)) for (const each of value) this.#learn(each);
    else if (isJson(value)) {
      const metadata = value["metadata"];
      if (isJson(metadata) && !("items" in value)) {
        const version = metadata["resourceVersion"];
        if (typeof version === "string" && /^\d+$/.test(version) && Number(version) < UNHEARD)
          this.#versions.add(Number(version));
      }
      for (const member of Object.values(value)) this.#learn(member);
    }
  }

  /** How many of the versions that were seen of objects are not after this one; ≥ where it is none of them. */
  #rank(text: string): string {
    const version = Number(text);
    if (version >= UNHEARD || version <= 1) return text;
    const place = [...this.#versions].filter((each) => each <= version).length;
    return `version ${place}`;
  }

  #text(text: string): string {
    let result = text;
    for (const { text: pattern, to } of shortened) result = result.replace(pattern, to);
    result = result.replace(UUID, (uid) => numbered(this.#uids, uid, "uid"));
    for (const pattern of IN_TEXT) result = result.replace(pattern, (version) => `<${this.#rank(version)}>`);
    return result;
  }

  #value(value: unknown, path: string): unknown {
    if (typeof value === "string")
      return path.endsWith("/resourceVersion") && /^\d+$/.test(value) ? this.#rank(value) : this.#text(value);
    if (Array.isArray(value)) {
      const items = value.map((each) => this.#value(each, `${path}/-`));
      return this.#maskOf(path)?.keep === "unordered" ? items.sort(byText) : items;
    }
    if (!isJson(value)) return value;
    const members = Object.keys(value)
      .sort()
      .map((key) => [key, this.#masked(`${path}/${key}`, value[key])] as const)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [this.#text(key), this.#value(member, `${path}/${key}`)] as const)
      .filter(([, member]) => member !== undefined);
    // What holds nothing but what is left out is left out, too.
    return members.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(members);
  }

  #maskOf(path: string): Mask | undefined {
    return this.#current.find(({ at }) => at.test(path));
  }

  /** A member as it is to be compared; undefined: not at all. */
  #masked(path: string, value: unknown): unknown {
    switch (this.#maskOf(path)?.keep) {
      case "presence":
        return `(${typeof value})`;
      case "nothing":
        return undefined;
      default:
        return value;
    }
  }

  readonly answers = ({ answers }: Outcome): readonly unknown[] => {
    this.#current = this.#masks[0];
    return answers.map(({ body, ...rest }) => ({ ...rest, body: this.#value(body, "") }));
  };

  /** After the answers of all outcomes: what events are late or missing must not number answers otherwise. */
  readonly frames = ({ watching }: Outcome): readonly unknown[] => {
    this.#current = this.#masks[1];
    return (watching?.frames ?? [])
      .filter(tells)
      .map(({ type, object }) => ({ type, object: this.#value(object, "") }));
  };
}

/** Whether an event of a watch is compared. */
export const tells = (frame: WatchFrame): boolean => !events.some(({ passes }) => passes(frame));

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function numbered(seen: Map<string, string>, value: string, prefix: string): string {
  const known = seen.get(value) ?? `${prefix}<${seen.size + 1}>`;
  seen.set(value, known);
  return known;
}

export type Difference = { readonly path: string; readonly embedded: unknown; readonly real: unknown };

/** Where two values differ, in the order of their paths; what is there on one side alone is one difference. */
export function* differencesOf(embedded: unknown, real: unknown, path = ""): Generator<Difference> {
  if (Object.is(embedded, real)) return;
  if (Array.isArray(embedded) && Array.isArray(real)) {
    for (let index = 0; index < Math.max(embedded.length, real.length); index += 1)
      yield* differencesOf(embedded[index], real[index], `${path}/${index}`);
  } else if (isJson(embedded) && isJson(real)) {
    for (const key of [...new Set([...Object.keys(embedded), ...Object.keys(real)])].sort())
      yield* differencesOf(embedded[key], real[key], `${path}/${key}`);
  } else yield { path, embedded, real };
}

/** Where two values differ first; undefined when they do not. */
export const differenceOf = (embedded: unknown, real: unknown): Difference | undefined =>
  differencesOf(embedded, real).next().value ?? undefined;
