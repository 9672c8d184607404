import { isMap, LineCounter, parseAllDocuments, type Document, type Tags } from "yaml";
import type { Manifest, Piece } from "../../core/elector.ts";
import { InputError } from "../../core/errors.ts";
import { lineIn, valueOf } from "../source.ts";
import type { Text } from "./texts.ts";

/** A piece that can still say on which line a field of it stands. */
export type Read = Piece & { lineOf(path: readonly PropertyKey[]): number };

const RENDER = 'render it first and pipe it (manifests: "-"): ';

/** As kubectl reads it: YAML 1.1 (0644 is octal, yes is true), in which a time stays the text that it is. */
const YAML_1_1 = {
  version: "1.1",
  customTags: (tags: Tags): Tags =>
    tags.filter(
      (tag) =>
        typeof tag === "string" || !(tag.tag.endsWith(":timestamp") || ("format" in tag && tag.format === "TIME")),
    ),
} as const;

/** The objects of a text, those of a List one by one; InputError with file and line for what is none. */
export function documentsOf({ file, text }: Text): readonly Read[] {
  const lines = new LineCounter();
  const documents = [parseAllDocuments(text, { ...YAML_1_1, lineCounter: lines, prettyErrors: false })].flat();
  return documents.flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const { line } = lines.linePos(problem.pos[0]);
      throw new InputError(`malformed YAML: ${problem.message}`, { file, line }, mendOf(text, line));
    }
    const value = valueOf(document, lines, file);
    return value === null ? [] : objectsOf(document, value, file, (path) => lineIn(document, lines, path));
  });
}

function mendOf(text: string, line: number): string {
  const around = text.split("\n").slice(Math.max(0, line - 2), line + 1);
  return around.some((each) => each.includes("{{")) ? `${RENDER}helm template CHART` : "mend the YAML at this line";
}

function objectsOf(document: Document, value: unknown, file: string, lineOf: Read["lineOf"]): readonly Read[] {
  if (!isMap(document.contents) || typeof value !== "object" || value === null)
    throw new InputError(
      "a document is no Kubernetes object",
      { file, line: lineOf([]) },
      "give it apiVersion, kind and metadata",
    );
  const whole = value as Readonly<Record<string, unknown>>;
  if (!/^(?:[A-Z]\w*)?List$/.test(String(whole["kind"])) || !Array.isArray(whole["items"]))
    return [readOne(whole, file, [], lineOf)];
  return (whole["items"] as readonly unknown[]).map((item, index) => readOne(item, file, ["items", index], lineOf));
}

/** One object of a document, at `at` in it. */
function readOne(value: unknown, file: string, at: readonly PropertyKey[], lineOf: Read["lineOf"]): Read {
  const within = (path: readonly PropertyKey[]): number => lineOf([...at, ...path]);
  const wrong = (field: string, mend: string): never => {
    throw new InputError(
      `a document is no Kubernetes object: ${field} is missing`,
      { file, line: within([]), field },
      mend,
    );
  };
  const object = (value ?? {}) as Partial<Manifest>;
  for (const field of ["apiVersion", "kind"] as const)
    if (typeof object[field] !== "string" || object[field] === "")
      wrong(field, "leave out of the manifests what is none (values, patches), or write it out");
  if (object.apiVersion!.startsWith("kustomize.config.k8s.io/")) wrong("metadata", `${RENDER}kubectl kustomize DIR`);
  const { name } = (object.metadata ?? {}) as Partial<Manifest["metadata"]>;
  if (typeof name !== "string" || name === "") wrong("metadata.name", `name this ${object.kind}`);
  return { object: object as Manifest, file, line: within([]), lineOf: within };
}
