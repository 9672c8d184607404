import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { Elector } from "../core/elector.ts";
import { HarnessError, InputError } from "../core/errors.ts";
import { sourcesOf } from "./build-folder.ts";
import { contextSources } from "./dockerfile.ts";
import { placeOf } from "./place.ts";
import { outputOf, runProgram } from "./program.ts";
import { tarOf, type Entry } from "./tar.ts";

export type ElectorImage = {
  readonly name: string;
  /** Built here by us; otherwise whoever runs it has to have it, or to pull it. */
  readonly built: boolean;
};

const DOCKERFILE = "Dockerfile";
/** The classic builder is in every engine, and reads its context from stdin. */
const BUILDER = { DOCKER_BUILDKIT: "0" };

/**
 * The image of an elector that was prepared (its build is done): the one it names, or one built from the Dockerfile in
 * its source folder, tagged `interregnum/<name>:<hash of what it is made of>` and built once. InputError for an elector
 * that has neither, or whose Dockerfile does not build; HarnessError without a Docker engine.
 */
export async function imageOf(elector: Elector, signal: AbortSignal): Promise<ElectorImage> {
  if (elector.image !== undefined) return { name: elector.image, built: false };
  const file = dockerfileOf(elector);
  if (file === undefined)
    throw new InputError(
      `the elector ${elector.name} names no image, and no ${DOCKERFILE} stands in ${elector.directory}`,
      placeOf(elector.file, "image"),
      `write a ${DOCKERFILE} there, or give it an image`,
    );
  const text = await readFile(file, "utf8");
  const node = text.includes("${NODE}") ? await nodeImage(signal) : undefined;
  const own: Entry = { name: DOCKERFILE, content: Buffer.from(text), executable: false };
  const entries = [own, ...(await contextOf(elector, text))];
  const archive = tarOf(entries);
  const hash = createHash("sha256")
    .update(node ?? "")
    .update(archive);
  const tag = `interregnum/${tagNameOf(elector)}:${hash.digest("hex").slice(0, 16)}`;
  await build(tag, archive, node === undefined ? [] : ["--build-arg", `NODE=${node}`], signal).catch(
    (error: unknown) => {
      if (!(error instanceof HarnessError)) throw error;
      throw new InputError(error.message, { file }, `mend it until \`docker build ${elector.context}\` succeeds`);
    },
  );
  return { name: tag, built: true };
}

/** The Dockerfile that stands in an elector's source folder. */
export function dockerfileOf({ directory }: Elector): string | undefined {
  const file = join(directory, DOCKERFILE);
  return existsSync(file) ? file : undefined;
}

/** The images that an elector's pods run and that others made, beside its own. */
export const imagesBeside = ({ containers = {} }: Elector): readonly string[] =>
  Object.values(containers).flatMap(({ image }) => image ?? []);

/** What one replica's container is given after its entry point; `${VAR}` are the replica's, still to be filled. */
export const imageArguments = ({ args, command }: Elector): readonly string[] => args ?? command?.slice(1) ?? [];

/** All variants of an elector (its mutants) share one image. */
const tagNameOf = ({ name }: Elector): string =>
  name
    .split("+")[0]!
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-");

/** The files that the Dockerfile copies: from the context folder, or, what is not there, from what the build made. */
async function contextOf(elector: Elector, dockerfile: string): Promise<readonly Entry[]> {
  const { directory, context = directory, buildFolder } = elector;
  const files = await Promise.all(
    contextSources(dockerfile).map(async (source) => {
      const inContext = join(context, source);
      const path = existsSync(inContext) || buildFolder === undefined ? inContext : join(buildFolder, source);
      const root = path === inContext ? context : buildFolder!;
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined)
        throw new InputError(
          `its ${DOCKERFILE} copies ${source}, and there is no ${path}`,
          { file: elector.file },
          "make it before, by the elector's build, or copy what is there",
        );
      return (found.isDirectory() ? await sourcesOf(path) : [path]).map((each) => ({ path: each, root }));
    }),
  );
  const unique = new Map(files.flat().map(({ path, root }) => [relative(root, path), path]));
  const sorted = [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const entries = sorted.map(async ([name, path]): Promise<Entry | undefined> => {
    const about = await lstat(path).catch(() => undefined); // tracked, and deleted since
    if (about === undefined || !about.isFile()) return undefined;
    return { name, content: await readFile(path), executable: (about.mode & 0o100) !== 0 };
  });
  return (await Promise.all(entries)).filter((entry) => entry !== undefined);
}

/** Debian with the Node that runs the harness; undefined where that is no program of Linux. */
async function nodeImage(signal: AbortSignal): Promise<string | undefined> {
  if (process.platform !== "linux") return undefined;
  const tag = `interregnum/node:${process.version.slice(1)}-${process.arch}`;
  if (await isThere(tag, signal)) return tag;
  const text = `FROM debian:bookworm-slim\nCOPY ${basename(process.execPath)} /usr/local/bin/node\n`;
  const node = { name: basename(process.execPath), content: await readFile(process.execPath), executable: true };
  await build(tag, tarOf([{ name: DOCKERFILE, content: Buffer.from(text), executable: false }, node]), [], signal);
  return tag;
}

/** Whether this machine's engine has the image; HarnessError where none answers. */
export async function isThere(tag: string, signal: AbortSignal): Promise<boolean> {
  const { code, stderr } = await runProgram(["docker", "image", "inspect", "--format", "{{.Id}}", tag], signal);
  if (code !== 0 && !/no such image/i.test(stderr))
    throw new HarnessError(`the Docker engine does not answer: ${stderr.trim()}`, { mend: "start Docker" });
  return code === 0;
}

async function build(tag: string, archive: Buffer, more: readonly string[], signal: AbortSignal): Promise<void> {
  if (await isThere(tag, signal)) return;
  await outputOf(["docker", "build", "--tag", tag, ...more, "-"], signal, { input: archive, env: BUILDER });
}
