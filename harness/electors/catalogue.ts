import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Elector } from "../core/elector.ts";
import { assert, InputError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { loadElector } from "./load.ts";

/** An elector that comes with the package, with one small deviation; from fixtures/mutants. */
export type Mutant = {
  /** `<elector>+<id>`. */
  readonly name: string;
  readonly elector: string;
  readonly id: string;
  readonly summary: string;
  /** The properties that name its sin, the most direct first; none where it is a measure. */
  readonly named: readonly string[];
  readonly shows: readonly string[];
  readonly options?: readonly string[];
  readonly declares?: Partial<Elector>;
  /** The elector that it is rolled to, where that is its deviation: its program then deviates in nothing. */
  readonly successor?: string;
};

function find(from: string): string {
  const folder = join(from, "fixtures");
  if (existsSync(join(folder, "electors"))) return folder;
  assert(dirname(from) !== from, "no folder above holds fixtures/electors");
  return find(dirname(from));
}

/** fixtures/ of the clone, or of the package's dist. */
export const fixtures = find(import.meta.dirname);
const fileOf = (name: string): string => join(fixtures, "electors", name, "elector.yaml");

async function names(): Promise<readonly string[]> {
  const folders = await readdir(join(fixtures, "electors"));
  return folders.filter((name) => existsSync(fileOf(name))).toSorted();
}

/** Every elector that comes with the package, by name. */
export async function listElectors(): Promise<readonly Elector[]> {
  return Promise.all((await names()).map((name) => loadElector(fileOf(name))));
}

/** Every mutant of every elector. */
export async function listMutants(): Promise<readonly Mutant[]> {
  const base = join(fixtures, "mutants", "index");
  const file = existsSync(`${base}.ts`) ? `${base}.ts` : `${base}.js`;
  type Entry = Omit<Mutant, "name" | "elector">;
  const module = (await import(pathToFileURL(file).href)) as { mutants: Record<string, readonly Entry[]> };
  return Object.entries(module.mutants).flatMap(([elector, entries]) =>
    entries.map((entry) => ({ ...entry, elector, name: `${elector}+${entry.id}` })),
  );
}

function unknownElector(name: string, known: readonly string[]): InputError {
  const near = nearest(name, known);
  const guess = near === undefined ? "" : `did you mean "${near}"? `;
  return new InputError(
    `there is no elector "${name}"`,
    { field: "--elector" },
    `${guess}\`interregnum list electors\` shows them all; or give the path of an elector.yaml`,
  );
}

async function findMutant(name: string): Promise<Elector> {
  const mutants = await listMutants();
  const found = mutants.find((each) => each.name === name);
  if (found === undefined)
    throw unknownElector(
      name,
      mutants.map((each) => each.name),
    );
  const correct = await loadElector(fileOf(found.elector));
  const named = { ...correct, ...found.declares, name, summary: found.summary };
  if (found.successor !== undefined) return { ...named, successor: fileOf(found.successor) };
  const words = ["--deviation", found.id, ...(found.options ?? [])];
  const args = correct.args && { args: [...correct.args, ...words] };
  return { ...named, command: [...correct.command!, ...words], ...args };
}

/** An elector by its name, as `<name>+<deviation>`, or by the path of an elector.yaml or of a folder that holds one. */
export async function findElector(nameOrFile: string): Promise<Elector> {
  const known = await names();
  if (known.includes(nameOrFile)) return loadElector(fileOf(nameOrFile));
  if (known.some((name) => nameOrFile.startsWith(`${name}+`))) return findMutant(nameOrFile);
  if (/[/\\]|\.ya?ml$/.test(nameOrFile) || existsSync(nameOrFile)) return loadElector(nameOrFile);
  throw unknownElector(nameOrFile, known);
}
