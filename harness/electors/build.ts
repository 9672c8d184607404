import { spawn } from "node:child_process";
import { access, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Elector } from "../core/elector.ts";
import { InputError, messageOf } from "../core/errors.ts";
import { mkdirs } from "./mkdirs.ts";
import { placeOf } from "./place.ts";
import { programOf } from "./programs.ts";

const STAMP = ".built";
const LAST_LINES = 15;
const LOCK_POLL_MS = 200;

/** What is known of something that is built; `file` and `name` are for the words of a failure. */
export type Buildable = Pick<Elector, "name" | "file" | "directory" | "build" | "command" | "buildFolder">;

/** Whether the cache holds a finished build, and what it built is still there. */
async function isBuilt({ command, directory }: Buildable, folder: string): Promise<boolean> {
  const program = command?.[0];
  if (program !== undefined && (await programOf(program, directory)) === undefined) return false;
  return access(join(folder, STAMP)).then(
    () => true,
    () => false, // no stamp: never finished
  );
}

/** Runs argv with no shell; InputError with the last lines of its output when it does not end with 0. */
async function run(elector: Buildable, argv: readonly string[], signal: AbortSignal): Promise<void> {
  const { directory, file, name } = elector;
  const program = await programOf(argv[0]!, directory);
  const mend = `mend it until \`${argv.join(" ")}\` succeeds in ${directory}`;
  if (program === undefined)
    throw new InputError(`build of ${name}: there is no program "${argv[0]}"`, placeOf(file, "build"), mend);
  let output = "";
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-20_000));
  const child = spawn(program, argv.slice(1), { cwd: directory, stdio: ["ignore", "pipe", "pipe"], signal });
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(messageOf(error)));
    child.on("close", (code, killed) => resolve(code === 0 ? undefined : `exit ${code ?? killed}`));
  });
  signal.throwIfAborted();
  if (outcome === undefined) return;
  const last = output.trimEnd().split("\n").slice(-LAST_LINES).join("\n  ");
  throw new InputError(`build of ${name} failed (${outcome}):\n  ${last}`, placeOf(file, "build"), mend);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** Takes `file` as a lock between processes, to be removed by its owner; a lock whose owner died is taken. */
async function lock(file: string, signal: AbortSignal): Promise<void> {
  mkdirs(dirname(file));
  for (;;) {
    signal.throwIfAborted();
    try {
      return await writeFile(file, String(process.pid), { flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(await readFile(file, "utf8").catch(() => "")); // released in between: try again
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    else await sleep(LOCK_POLL_MS, undefined, { signal });
  }
}

/**
 * Runs the elector's build in its folder. A build that writes to ${BUILD_DIR} is run once for the same sources and
 * command, whichever process asks; any other is run each time, for what it reads is not known.
 */
export async function buildElector(elector: Buildable, signal: AbortSignal): Promise<void> {
  const { build } = elector;
  if (build === undefined) return;
  const folder = elector.buildFolder;
  if (folder === undefined) return run(elector, build, signal);
  if (await isBuilt(elector, folder)) return;
  await lock(`${folder}.lock`, signal);
  try {
    if (await isBuilt(elector, folder)) return;
    await rm(folder, { recursive: true, force: true });
    mkdirs(folder);
    await run(elector, build, signal);
    await writeFile(join(folder, STAMP), `${build.join(" ")}\n`);
  } finally {
    await rm(`${folder}.lock`, { force: true });
  }
}
