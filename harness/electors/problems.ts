import type { z } from "zod";
import { fieldText, InputError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { mends } from "./schema.ts";
import type { Source } from "./source.ts";

type Issue = z.core.$ZodIssue;
type Stray = Extract<Issue, { readonly code: "unrecognized_keys" }>;
type Problem = {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly mend: string;
  /** The field is not there: it may stand under a misspelt name. */
  readonly missing: boolean;
};

function mendFor(path: readonly PropertyKey[]): string | undefined {
  const names = path.filter((part) => typeof part !== "number").map(String);
  if (names.at(-1) === "port") return mends["port"];
  if (names[0] === "timing" && names.length > 1) return mends["duration"];
  for (let length = names.length; length > 0; length--) {
    const mend = mends[names.slice(0, length).join(".")];
    if (mend !== undefined) return mend;
  }
  return undefined;
}

/** The problem that the user most likely has with a union: that of the branch whose own field is there, else a stray field. */
function unwrap(issue: Issue, source: Source): Issue {
  if (issue.code !== "invalid_union") return issue;
  const branches = issue.errors.map((errors) =>
    errors.map((inner): Issue => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const stray = (issues: readonly Issue[]): Issue | undefined =>
    issues.find((inner) => inner.code === "unrecognized_keys");
  const meant = branches.find((issues) => {
    const first = issues[0]?.path[issue.path.length];
    return first !== undefined && source.has([...issue.path, first]);
  });
  const inner =
    meant === undefined ? branches.map(stray).find((found) => found !== undefined) : (stray(meant) ?? meant[0]);
  return inner === undefined ? issue : unwrap(inner, source);
}

/** Fields that are none here: each with the one that was meant, or with those that it cannot stand beside. */
function strayFields({ path, keys }: Stray, source: Source, known: readonly string[]): readonly Problem[] {
  const beside = known.filter((name) => !keys.includes(name) && source.has([...path, name]));
  return keys.map((key): Problem => {
    const at = { path: [...path, key], missing: false };
    // Every form has fields of its own: one that is known stands beside the fields of another form.
    if (known.includes(key) && beside.length > 0)
      return {
        ...at,
        message: `"${key}" cannot stand beside ${beside.map((name) => `"${name}"`).join(" and ")}`,
        mend: `keep one of the forms: ${mendFor(path) ?? known.join(", ")}`,
      };
    const near = nearest(key, known);
    const guess = near === undefined ? `known here: ${known.join(", ")}` : `did you mean "${near}"?`;
    return { ...at, message: `there is no field "${key}"`, mend: guess };
  });
}

function describe(issue: Issue, source: Source, known: readonly string[]): readonly Problem[] {
  if (issue.code === "unrecognized_keys") return strayFields(issue, source, known);
  const { path } = issue;
  const mend = mendFor(path) ?? "see elector.schema.json";
  if (!source.has(path)) return [{ path, message: `the field "${fieldText(path)}" is missing`, mend, missing: true }];
  const message =
    issue.code === "invalid_union"
      ? "this is none of the forms it can have"
      : issue.message.replace(/^Invalid (input|option): /, "");
  return [{ path, message, mend, missing: false }];
}

/**
 * The first problem by line, and the others after it, as an InputError with file, line, field and mend. What is missing
 * comes last: a misspelt field tells why.
 */
export function inputErrorOf(
  issues: readonly Issue[],
  source: Source,
  file: string,
  knownAt: (path: readonly PropertyKey[]) => readonly string[],
): InputError {
  const problems = issues
    .map((issue) => unwrap(issue, source))
    .flatMap((issue) => describe(issue, source, knownAt(issue.path)))
    .map((problem) => ({ ...problem, line: source.lineOf(problem.path) }))
    .toSorted((a, b) => Number(a.missing) - Number(b.missing) || a.line - b.line);
  const [first, ...others] = problems;
  const more = others
    .map(({ line, path, message, mend }) => `\n  also ${file}:${line}, ${fieldText(path)}: ${message}; ${mend}`)
    .join("");
  return new InputError(
    `${first!.message}${more}`,
    { file, line: first!.line, field: fieldText(first!.path) },
    first!.mend,
  );
}
