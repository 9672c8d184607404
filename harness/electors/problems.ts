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

/** The branch of a union that the user most likely meant: the one whose first problem lies deepest, else the whole. */
function unwrap(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const branches = issue.errors.map((errors) => errors[0]).filter((first) => first !== undefined);
  const deepest = branches.toSorted((a, b) => b.path.length - a.path.length)[0];
  if (deepest === undefined || deepest.path.length === 0 || deepest.code === "invalid_value") return issue;
  const meant = branches.find((branch) => branch.path.length > 0 && isPresent(branch)) ?? undefined;
  return meant === undefined ? issue : unwrap({ ...meant, path: [...issue.path, ...meant.path] });
}

/** A missing field of a branch says only that another branch was meant. */
const isPresent = (issue: Issue): boolean => issue.path.length > 1 || !/received undefined/.test(issue.message);

function describe(issue: Issue, known: readonly string[]): Problem {
  const field = fieldText(issue.path);
  const whole = mendFor(issue.path);
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const near = nearest(key, known);
    const mend = near === undefined ? `known here: ${known.join(", ")}` : `did you mean "${near}"?`;
    return { path: [...issue.path, key], message: `there is no field "${key}"`, mend };
  }
  if (issue.code === "invalid_union")
    return {
      path: issue.path,
      message: "this is none of the forms it can have",
      mend: whole ?? "see elector.schema.json",
    };
  const missing = /received undefined/.test(issue.message);
  const message = missing ? `the field "${field}" is missing` : issue.message.replace(/^Invalid input: /, "");
  const custom = issue.code === "custom" ? mends[String(issue.params?.["mend"])] : undefined;
  return { path: issue.path, message, mend: custom ?? whole ?? "see elector.schema.json" };
}

/** The first problem by line, and how many more there are, as an InputError with file, line, field and mend. */
export function inputErrorOf(
  issues: readonly Issue[],
  source: Source,
  file: string,
  knownAt: (path: readonly PropertyKey[]) => readonly string[],
): InputError {
  const problems = issues
    .map(unwrap)
    .map((issue) => describe(issue, knownAt(issue.path)))
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
