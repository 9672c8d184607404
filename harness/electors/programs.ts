import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import type { Elector } from "../core/elector.ts";

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false; // absent or not ours to run: the caller names it
  }
}

/** The file that a word of argv[0] runs: `node` is this process's own; a path is from `directory`; else PATH. */
export async function programOf(
  word: string,
  directory: string,
  path: string = process.env["PATH"] ?? "",
): Promise<string | undefined> {
  if (word === "node") return process.execPath;
  if (word.includes("/")) return (await isProgram(resolve(directory, word))) ? resolve(directory, word) : undefined;
  for (const folder of path.split(delimiter)) {
    const file = join(folder === "" ? "." : folder, word);
    if (await isProgram(file)) return file;
  }
  return undefined;
}

/** Which of the programs that the elector requires are absent from PATH. */
export async function missingPrograms(elector: Pick<Elector, "requires" | "directory">): Promise<readonly string[]> {
  const found = await Promise.all(elector.requires.map((name) => programOf(name, elector.directory)));
  return elector.requires.filter((_name, index) => found[index] === undefined);
}
