import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseThreshold } from "../../../harness/runner/thresholds.ts";
import { list } from "../../../harness/cli/options.ts";
import { program } from "../../../harness/cli/program.ts";
import { listed } from "../../../harness/cli/list.ts";
import { findElector, listMutants } from "../../../harness/electors/catalogue.ts";
import { reporterNames } from "../../../harness/report/reporters.ts";
import { homeNames } from "../../../harness/runner/homes.ts";
import { scenarioNames } from "../../../harness/runner/scenarios.ts";
import { commandsOf, wordsOf } from "./shell-words.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const folders = ["docs", join("docs", "tutorial"), join("docs", "decisions")];
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
];
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** What a page calls a cluster of its reader's. */
const READERS_CONTEXT = "my-context";

type Options = Readonly<Record<string, unknown>>;
let parsed: { readonly name: string; readonly operands: readonly string[]; readonly options: Options } | undefined;
// The command line as it is, but for what it would do.
program.configureOutput({ writeErr: () => {} });
for (const command of program.commands) {
  command.configureOutput({ writeErr: () => {} });
  command.action(() => {
    parsed = { name: command.name(), operands: command.processedArgs.flat() as string[], options: command.opts() };
  });
}

const unknown = (what: string, names: readonly string[], known: readonly string[]): readonly string[] =>
  names.filter((name) => !known.includes(name)).map((name) => `there is no ${what} "${name}"`);

/** An elector by its name, or by a file: one of this repository has to be there, any other is the reader's. */
async function electorProblems(name: string): Promise<readonly string[]> {
  if (/[/\\]|\.ya?ml$/.test(name))
    return name.startsWith("fixtures/") && !existsSync(join(root, name)) ? [`there is no file ${name}`] : [];
  try {
    await findElector(name);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

/** What is wrong with the words after `interregnum`, by the command line's own definitions and lists. */
async function problemsOfWords(words: readonly string[]): Promise<readonly string[]> {
  parsed = undefined;
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    return [String(error)];
  }
  const { name, operands, options } = parsed!;
  const names = (key: string): readonly string[] => [options[key] ?? []].flat().flatMap((each) => list(String(each)));
  const electors = [...(name === "compare" ? operands : []), ...names("elector")];
  try {
    for (const threshold of (options["threshold"] ?? []) as readonly string[]) parseThreshold(threshold);
  } catch (error) {
    return [String(error)];
  }
  return [
    ...unknown("scenario", [...(name === "run" ? operands : []), ...names("scenarios")], scenarioNames()),
    ...unknown("list of", name === "list" ? operands : [], listed),
    ...unknown("cluster", names("cluster"), [...homeNames, READERS_CONTEXT]),
    ...unknown("reporter", names("reporter"), reporterNames),
    ...(await Promise.all(electors.map(electorProblems))).flat(),
  ];
}

/** What is wrong with the words for another of the project's scripts: its options are looked for in its source. */
async function problemsOfScript(script: string, words: readonly string[]): Promise<readonly string[]> {
  const [, file] = /^node (\S+)/.exec(script) ?? [];
  if (file === undefined) return [];
  const source = readFileSync(join(root, file), "utf8");
  const options = words.filter((word) => word.startsWith("--"));
  const mutants = words.includes("--mutants") ? list(words[words.indexOf("--mutants") + 1]!) : [];
  return [
    ...options
      .filter((option) => !new RegExp(`"${option}[ "]`).test(source))
      .map((option) => `${file} has no ${option}`),
    ...unknown(
      "mutant",
      mutants,
      (await listMutants()).map(({ id }) => id),
    ),
  ];
}

/** What is wrong with a command; empty when it names only what there is. */
async function problemsOf(text: string): Promise<readonly string[]> {
  const [tool, ...words] = wordsOf(text);
  if (tool === "interregnum") return problemsOfWords(words);
  if (tool === "npx" || tool === "node") return problemsOfWords(words.slice(1));
  if (words[0] !== "run") return [];
  const [, name, ...rest] = words;
  const script = scripts[name!];
  if (script === undefined) return [`package.json has no script "${name}"`];
  const dashes = rest.indexOf("--");
  const before = dashes < 0 ? rest : rest.slice(0, dashes);
  const after = dashes < 0 ? [] : rest.slice(dashes + 1);
  const swallowed = before.filter((word) => word.startsWith("-"));
  if (swallowed.length > 0) return [`npm keeps ${swallowed.join(" ")} for itself: it has to stand after --`];
  const [, own] = /^node harness\/cli\.ts ?(.*)$/.exec(script) ?? [];
  return own === undefined
    ? problemsOfScript(script, after)
    : problemsOfWords([...wordsOf(own), ...before, ...after].filter((word) => word !== "…"));
}

describe("every command of a page names a scenario, elector, cluster and options that there are", () => {
  test.each(pages)("%s", async (page) => {
    const wrong: string[] = [];
    for (const { line, text } of commandsOf(page, readFileSync(join(root, page), "utf8")))
      for (const problem of await problemsOf(text)) wrong.push(`${page}:${line}: ${text}\n    ${problem}`);
    expect(wrong).toEqual([]);
  });

  test("and there are such commands where a stranger looks first", () => {
    for (const page of ["README.md", "docs/tutorial/1-rolling-update.md"])
      expect(commandsOf(page, readFileSync(join(root, page), "utf8")).length).toBeGreaterThan(10);
  });
});

test.each([
  ["npm run scenario roling-update", 'no scenario "roling-update"'],
  ["npm run scenarios rolling-update", 'no script "scenarios"'],
  ["npm run scenario rolling-update -- --elector manger", 'no elector "manger"'],
  ["npm run scenario rolling-update -- --elector manager+no-elections", 'no elector "manager+no-elections"'],
  ["npm run scenario rolling-update -- --elector fixtures/electors/manger", "no file fixtures/electors/manger"],
  ["npm run scenario rolling-update -- --cluster apiservers", 'no cluster "apiservers"'],
  ["npm run scenario rolling-update -- --replica 3", "unknown option '--replica'"],
  ["npm run scenario rolling-update --replicas 3", "after --"],
  ["npm run scenario rolling-update -- --trials none", '"none" is not a whole number'],
  ["npm run scenario rolling-update -- --runtime pods", "--runtime"],
  ["npm run scenario rolling-update -- --reporter xml", 'no reporter "xml"'],
  ["npm run scenario rolling-update -- --threshold 'failover.p95 under 20s'", "threshold"],
  ["npm run scenario", "missing required argument 'scenario'"],
  ["npm run compare -- reference goclient --scenarios kill-leader,pause", 'no scenario "pause"'],
  ["npm run compare -- reference goclient", 'no elector "goclient"'],
  ["npm run interregnum -- lists scenarios", "unknown command 'lists'"],
  ["npm run interregnum -- list scenario", 'no list of "scenario"'],
  ["npm run interregnum -- replay", "missing required argument 'run dir'"],
  ["node harness/cli.ts recheck reports/latest --stric", "unknown option '--stric'"],
  ["npm run detection -- --mutant no-release", "has no --mutant"],
  ["npm run detection -- --mutants no-releases", 'no mutant "no-releases"'],
])("%s is seen to be wrong", async (text, problem) => {
  expect((await problemsOf(text)).join("\n")).toContain(problem);
});

test("commands are found in fences, in the middle of a text and of a pipe, and where they end", () => {
  const page = [
    "Say `npm run",
    "doctor` or `kubectl get pods`.",
    "```sh",
    "cp a b # npm run nothing",
    "npm ci && npm run scenario calm -- \\",
    "  --elector 'a b'   # a comment",
    "sed s/a/b/ |",
    "  npm run scenario everything -- --seed 1",
    "```",
    "```yaml",
    "- run: npm run scenario calm",
    "```",
  ].join("\n");
  expect(commandsOf("page", page).map(({ line, text }) => [line, wordsOf(text)])).toEqual([
    [5, ["npm", "ci"]],
    [5, ["npm", "run", "scenario", "calm", "--", "--elector", "a b"]],
    [7, ["npm", "run", "scenario", "everything", "--", "--seed", "1"]],
    [11, ["npm", "run", "scenario", "calm"]],
    [1, ["npm", "run", "doctor"]],
  ]);
});
