import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join, relative } from "node:path";

/** In build and command: a folder outside the checkout, the same as long as sources and build command are. */
export const BUILD_DIR = "${BUILD_DIR}";

const notSources = new Set([".git", "node_modules", "target", "dist", "reports"]);

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries
    .filter((entry) => !notSources.has(entry.name))
    .map((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
  return (await Promise.all(nested)).flat();
}

/** What git would commit below `folder`; undefined where it is no work tree. */
function tracked(folder: string): Promise<string[] | undefined> {
  const argv = ["-C", folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."];
  return new Promise((resolve) =>
    execFile("git", argv, { maxBuffer: 2 ** 26 }, (error, stdout) => {
      const files = stdout.split("\0").filter((name) => name !== "");
      resolve(error !== null || files.length === 0 ? undefined : files.map((name) => join(folder, name)));
    }),
  );
}

/** The files of a folder that are sources: what git would commit, or all but what is commonly built. */
export const sourcesOf = async (folder: string): Promise<readonly string[]> =>
  [...new Set((await tracked(folder)) ?? (await walk(folder)))].toSorted();

async function contentOf(file: string): Promise<Buffer | string | undefined> {
  try {
    return (await lstat(file)).isSymbolicLink() ? await readlink(file) : await readFile(file);
  } catch (error) {
    if (["ENOENT", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined; // deleted, or a submodule
    throw error;
  }
}

/** `<cache>/interregnum`: the user's own, and kept between runs. */
export const cacheFolder = (): string =>
  join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "interregnum");

/** `<cache>/interregnum/build/<hash>` for these sources and this build command on this kind of machine; elector.yaml and Dockerfile do not count. */
export async function buildFolder(directory: string, build: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([process.platform, process.arch, build]));
  for (const file of await sourcesOf(directory)) {
    const content = /(?:elector\.yaml|Dockerfile)$/.test(file) ? undefined : await contentOf(file);
    if (content === undefined) continue;
    hash.update(`\0${relative(directory, file)}\0${content.length}\0`).update(content);
  }
  return join(cacheFolder(), "build", hash.digest("hex").slice(0, 24));
}
