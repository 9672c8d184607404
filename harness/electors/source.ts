import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
} from "yaml";
import { InputError, messageOf } from "../core/errors.ts";

/** A YAML file as read, able to say whether a field is there, and on which line it stands. */
export type Source = {
  readonly value: unknown;
  has(path: readonly PropertyKey[]): boolean;
  lineOf(path: readonly PropertyKey[]): number;
};

/** A field's key or a list's item, and what stands there. */
type Place = { readonly at: unknown; readonly value: unknown };

/** A key as the field that it becomes: `1:` and `"1":` are one. */
const keyOf = (key: unknown): string | undefined => (isScalar(key) ? String(key.value ?? "") : undefined);

/** One step into a document, through an alias too. */
function stepInto(document: Document, from: unknown, part: PropertyKey): Place | undefined {
  const parent = isAlias(from) ? from.resolve(document) : from;
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => keyOf(key) === String(part));
    return pair && { at: pair.key, value: pair.value };
  }
  const item = isSeq(parent) ? parent.items[Number(part)] : undefined;
  return item === undefined ? undefined : { at: item, value: item };
}

/** The places on the way along a path, as far as there are any. */
function placesOn(document: Document, path: readonly PropertyKey[]): readonly Place[] {
  const places: Place[] = [];
  for (const part of path) {
    const place = stepInto(document, places.length === 0 ? document.contents : places.at(-1)!.value, part);
    if (place === undefined) break;
    places.push(place);
  }
  return places;
}

const lineAt = (lines: LineCounter, node: unknown): number | undefined =>
  isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;

/** The line of `path`: of its key where it is a field; of the nearest thing around it where it is absent. */
export const lineIn = (document: Document, lines: LineCounter, path: readonly PropertyKey[]): number =>
  placesOn(document, path)
    .map(({ at }) => lineAt(lines, at))
    .findLast((line) => line !== undefined) ?? lines.linePos(document.contents?.range?.[0] ?? 0).line;

/** The first alias for which `wrong` holds, told which anchors stand before it. */
function findAlias(document: Document, wrong: (alias: Alias, anchors: ReadonlySet<string>) => boolean) {
  const anchors = new Set<string>();
  let found: Alias | undefined;
  visit(document, {
    Node: (_key, node): symbol | undefined => {
      if (isAlias(node) && wrong(node, anchors)) {
        found = node;
        return visit.BREAK;
      }
      if (!isAlias(node) && node.anchor !== undefined) anchors.add(node.anchor);
      return undefined;
    },
  });
  return found;
}

/** What a document without errors says; InputError with the line of an alias that cannot be followed. */
export function valueOf(document: Document, lines: LineCounter, file: string): unknown {
  const lost = findAlias(document, (alias, anchors) => !anchors.has(alias.source));
  if (lost !== undefined)
    throw new InputError(
      `the alias *${lost.source} names nothing that stands before it`,
      { file, line: lineAt(lines, lost) ?? 1 },
      `set the anchor &${lost.source} first, or put quotes round a text that begins with a star`,
    );
  try {
    return document.toJS();
  } catch (error) {
    const first = findAlias(document, () => true);
    throw new InputError(
      `its aliases cannot be followed: ${messageOf(error)}`,
      { file, line: lineAt(lines, first) ?? 1 },
      "write it out in the place of the alias",
    );
  }
}

function refuseOddKeys(document: Document, lines: LineCounter, file: string): void {
  let odd: Node | undefined;
  visit(document, {
    Pair: (_key, { key }): symbol | undefined => {
      if (!isNode(key) || isScalar(key)) return undefined;
      odd = key;
      return visit.BREAK;
    },
  });
  if (odd !== undefined)
    throw new InputError("a key is no word", { file, line: lineAt(lines, odd) ?? 1 }, "a field's name is one word");
}

/** Parses YAML; throws InputError with file and line where it is malformed or no mapping. */
export function readSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problem = document.errors[0];
  if (problem !== undefined)
    throw new InputError(
      `malformed YAML: ${problem.message}`,
      { file, line: lines.linePos(problem.pos[0]).line },
      "mend the YAML at this line",
    );
  if (!isMap(document.contents))
    throw new InputError("an elector file is a mapping of fields", { file, line: 1 }, "begin with `name: my-elector`");
  refuseOddKeys(document, lines, file);
  return {
    value: valueOf(document, lines, file),
    has: (path) => placesOn(document, path).length === path.length,
    lineOf: (path) => lineIn(document, lines, path),
  };
}
