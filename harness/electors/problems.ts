import type { z } from "zod";
import { InputError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { mends } from "./schema.ts";
import type { Source } from "./source.ts";

type Issue = z.core.$ZodIssue;
type Problem = { readonly path: readonly PropertyKey[]; readonly message: string; readonly mend: string };

/** `timing.leaseDuration`, `command[1]`. */
const fieldText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );

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

function describe(issue: Issue, source: Source, known: readonly string[]): Problem {
  const { path } = issue;
  const mend = mendFor(path) ?? "see elector.schema.json";
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const near = nearest(key, known);
    const guess = near === undefined ? `known here: ${known.join(", ")}` : `did you mean "${near}"?`;
    return { path: [...path, key], message: `there is no field "${key}"`, mend: guess };
  }
  if (!source.has(path)) return { path, message: `the field "${fieldText(path)}" is missing`, mend };
  if (issue.code === "invalid_union") return { path, message: "this is none of the forms it can have", mend };
  return { path, message: issue.message.replace(/^Invalid (input|option): /, ""), mend };
}

/** The first problem by line, and how many more there are, as an InputError with file, line, field and mend. */
export function inputErrorOf(
  issues: readonly Issue[],
  source: Source,
  file: string,
  knownAt: (path: readonly PropertyKey[]) => readonly string[],
): InputError {
  const problems = issues
    .map((issue) => unwrap(issue, source))
    .map((issue) => describe(issue, source, knownAt(issue.path)))
    .map((problem) => ({ ...problem, line: source.lineOf(problem.path) }))
    .toSorted((a, b) => a.line - b.line);
  const [first, ...others] = problems;
  const more = others
    .map(({ line, path, message }) => `\n  also ${file}:${line}, ${fieldText(path)}: ${message}`)
    .join("");
  return new InputError(
    `${first!.message}${more}`,
    { file, line: first!.line, field: fieldText(first!.path) },
    first!.mend,
  );
}
