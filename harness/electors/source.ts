import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { InputError } from "../core/errors.ts";

/** A YAML file as read, able to say whether a field is there, and on which line it stands. */
export type Source = {
  readonly value: unknown;
  has(path: readonly PropertyKey[]): boolean;
  lineOf(path: readonly PropertyKey[]): number;
};

/** The line of `path`: of its key where it is a field; of the nearest thing around it where it is absent. */
export function lineIn(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    const node = isScalar(pair?.key) ? pair.key : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return lines.linePos(document.contents?.range?.[0] ?? 0).line;
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
  return {
    value: document.toJS(),
    has: (path) => document.hasIn(path),
    lineOf: (path) => lineIn(document, lines, path),
  };
}
