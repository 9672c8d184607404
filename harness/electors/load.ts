import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { DAEMONS, type Elector, type Manifests, type Work } from "../core/elector.ts";
import { InputError } from "../core/errors.ts";
import { buildFolder, BUILD_DIR } from "./build-folder.ts";
import { checkFile } from "./checks.ts";
import { readManifests } from "./manifests/read.ts";
import { specOf } from "./manifests/pods.ts";
import { STDIN } from "./manifests/texts.ts";
import { inputErrorOf } from "./problems.ts";
import { ElectorFile } from "./schema.ts";
import { readSource, type Source } from "./source.ts";

const FILE = "elector.yaml";

/** Names of the fields that may stand at a path of elector.yaml, for a suggestion. */
function knownAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = ElectorFile;
  for (const part of path) schema = shapeOf(schema)[String(part)];
  return Object.keys(shapeOf(schema));
}

/** The fields of an object schema; those of all branches of a union. */
function shapeOf(schema: unknown): Record<string, unknown> {
  const { shape, def } = (schema ?? {}) as { shape?: Record<string, unknown>; def?: Record<string, unknown> };
  if (shape !== undefined) return shape;
  const options = def?.["options"];
  if (Array.isArray(options)) return Object.assign({}, ...options.map(shapeOf)) as Record<string, unknown>;
  const inner = def?.["innerType"] ?? def?.["in"];
  return inner === undefined ? {} : shapeOf(inner);
}

async function textOf(path: string): Promise<{ file: string; text: string }> {
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false, // read below says what is wrong
  );
  const file = resolve(folder ? join(path, FILE) : path);
  try {
    return { file, text: await readFile(file, "utf8") };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw new InputError(`cannot read ${file} (${reason})`, { file }, `give an ${FILE}, or a folder that holds one`);
  }
}

/** Reads an elector.yaml, or the one of a folder; InputError with file, line, field and mend for whatever is wrong. */
export async function loadElector(path: string): Promise<Elector> {
  const { file, text } = await textOf(path);
  const source = readSource(text, file);
  const parsed = ElectorFile.safeParse(source.value);
  if (!parsed.success) throw inputErrorOf(parsed.error.issues, source, file, knownAt);
  checkFile(parsed.data, source, file);
  const elector = await electorOf(parsed.data, file);
  return parsed.data.manifests === undefined ? elector : ofManifests(elector, parsed.data.manifests, source);
}

/** What the manifests say is not said again in the elector.yaml. */
async function ofManifests(
  elector: Elector,
  declared: NonNullable<ElectorFile["manifests"]>,
  source: Source,
): Promise<Elector> {
  const { file } = elector;
  const from = declared.from === STDIN ? STDIN : resolve(dirname(file), declared.from);
  const manifests: Manifests = await readManifests({ ...declared, from }, (field) => {
    const path = source.has(["manifests", field]) ? ["manifests", field] : ["manifests"];
    return { file, line: source.lineOf(path), field: path.join(".") };
  });
  const { object } = manifests.workload;
  if (object.kind === "DaemonSet") return { ...elector, manifests, workload: "DaemonSet", replicas: DAEMONS };
  const replicas = source.has(["replicas"]) ? elector.replicas : Math.max(1, specOf(object).replicas ?? 1);
  return { ...elector, manifests, workload: "Deployment", replicas };
}

const workOf = ({ acts, setup, feed }: NonNullable<ElectorFile["work"]>, beside: (name: string) => string): Work => ({
  acts,
  ...(setup === undefined ? {} : { setup: beside(setup) }),
  ...(feed === undefined ? {} : { feed: beside(feed) }),
});

/** `node` is the Node that runs the harness: PATH may hold one that is too old. */
const ownNode = ([program, ...rest]: readonly string[]): readonly string[] =>
  program === "node" ? [process.execPath, ...rest] : [program!, ...rest];

async function electorOf(declared: ElectorFile, file: string): Promise<Elector> {
  const { source, context, bounds, build, command, args, containers, simulate, successor, ...others } = declared;
  const { ready, timing, image, work, manifests: _, ...rest } = others;
  const { renewDeadline, ...periods } = timing;
  const directory = resolve(dirname(file), source);
  const usesCache = [build ?? [], command ?? [], ...Object.values(containers).map((beside) => beside.command ?? [])]
    .flat()
    .some((word) => word.includes(BUILD_DIR));
  const folder = usesCache ? await buildFolder(directory, build ?? []) : undefined;
  const fill = (words: readonly string[]): readonly string[] =>
    folder === undefined ? words : words.map((word) => word.replaceAll(BUILD_DIR, folder));
  const beside = (name: string): string => resolve(dirname(file), name);
  return {
    ...rest,
    file,
    directory,
    profile: bounds,
    timing: { ...periods, ...(renewDeadline === undefined ? {} : { renewDeadline }) },
    ...(folder === undefined ? {} : { buildFolder: folder }),
    ...(build === undefined ? {} : { build: fill(build) }),
    ...(command === undefined ? {} : { command: ownNode(fill(command)) }),
    containers: Object.fromEntries(
      Object.entries(containers).map(([name, { command: argv, ...inImage }]) => [
        name,
        { ...inImage, ...(argv === undefined ? {} : { command: ownNode(fill(argv)) }) },
      ]),
    ),
    ...(context === undefined ? {} : { context: resolve(dirname(file), context) }),
    ...(args === undefined ? {} : { args }),
    ...(image === undefined ? {} : { image }),
    ...(simulate === undefined ? {} : { simulate: beside(simulate) }),
    ...(work === undefined ? {} : { work: workOf(work, beside) }),
    ...(successor === undefined ? {} : { successor: beside(successor) }),
    ...(ready === undefined ? {} : { ready: ready.http }),
  };
}
