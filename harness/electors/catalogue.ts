import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Elector } from "../core/elector.ts";
import { assert, InputError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { loadElector } from "./load.ts";

/** What the catalogue needs of an entry of fixtures/mutants/deviations. */
export type DeviationEntry = {
  readonly id: string;
  readonly summary: string;
  /** The property that names its sin; absent where it is a measure. */
  readonly sin?: string;
  readonly shows: readonly string[];
  readonly options?: readonly string[];
  readonly declares?: Partial<Elector>;
};

const REFERENCE = "reference";

function find(from: string): string {
  const folder = join(from, "fixtures");
  if (existsSync(join(folder, "electors"))) return folder;
  assert(dirname(from) !== from, "no folder above holds fixtures/electors");
  return find(dirname(from));
}

/** fixtures/ of the clone, or of the package's dist. */
const fixtures = find(import.meta.dirname);
const fileOf = (name: string): string => join(fixtures, "electors", name, "elector.yaml");

async function names(): Promise<readonly string[]> {
  const folders = await readdir(join(fixtures, "electors"));
  return folders.filter((name) => existsSync(fileOf(name))).toSorted();
}

/** Every elector that comes with the package, by name. */
export async function listElectors(): Promise<readonly Elector[]> {
  return Promise.all((await names()).map((name) => loadElector(fileOf(name))));
}

/** Every deviation of the reference elector: `reference+<id>`. */
export async function listDeviations(): Promise<readonly DeviationEntry[]> {
  const base = join(fixtures, "mutants", "deviations");
  const file = existsSync(`${base}.ts`) ? `${base}.ts` : `${base}.js`;
  const module = (await import(pathToFileURL(file).href)) as { deviations: readonly DeviationEntry[] };
  return module.deviations;
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

async function findDeviation(name: string, id: string): Promise<Elector> {
  const deviations = await listDeviations();
  const found = deviations.find((each) => each.id === id);
  if (found === undefined)
    throw unknownElector(
      name,
      deviations.map((each) => `${REFERENCE}+${each.id}`),
    );
  const reference = await loadElector(fileOf(REFERENCE));
  const command = [...reference.command!, "--deviation", id, ...(found.options ?? [])];
  return { ...reference, ...found.declares, name, summary: found.summary, command };
}

/** An elector by its name, as `reference+<deviation>`, or by the path of an elector.yaml or of a folder that holds one. */
export async function findElector(nameOrFile: string): Promise<Elector> {
  const known = await names();
  if (known.includes(nameOrFile)) return loadElector(fileOf(nameOrFile));
  if (nameOrFile.startsWith(`${REFERENCE}+`)) return findDeviation(nameOrFile, nameOrFile.slice(REFERENCE.length + 1));
  if (/[/\\]|\.ya?ml$/.test(nameOrFile) || existsSync(nameOrFile)) return loadElector(nameOrFile);
  throw unknownElector(nameOrFile, known);
}
