import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../core/errors.ts";

/** A text of manifests, and what it is called where something is wrong with it. */
export type Text = { readonly file: string; readonly text: string };

/** What `from` says for standard input. */
export const STDIN = "-";

type Place = NonNullable<InputError["where"]>;

const MEND =
  'name a file, a folder of *.yaml, *.yml or *.json, or "-" and pipe them: helm template … | interregnum run …';

/** Standard input can be read once; every elector of a command that names it is given the same. */
let piped: Promise<string> | undefined;

async function readPiped(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function standardInput(where: Place): Promise<readonly Text[]> {
  if (process.stdin.isTTY)
    throw new InputError("the manifests are read from standard input, and nothing is piped", where, MEND);
  const text = await (piped ??= readPiped());
  if (text.trim() === "")
    throw new InputError("the manifests are read from standard input, and it is empty", where, MEND);
  return [{ file: "standard input", text }];
}

/**
 * The texts that `from` names: standard input, a file, or those of a folder in the order of their names. `where` is the
 * field that names it: InputError when it cannot be read, or holds none.
 */
export async function readTexts(from: string, where: Place): Promise<readonly Text[]> {
  if (from === STDIN) return standardInput(where);
  const read = async (file: string): Promise<Text> => ({ file, text: await readFile(file, "utf8") });
  try {
    if (!(await stat(from)).isDirectory()) return [await read(from)];
    const names = (await readdir(from)).filter((name) => /\.(?:ya?ml|json)$/.test(name)).toSorted();
    if (names.length === 0) throw new InputError(`no manifest stands in ${from}`, where, MEND);
    return await Promise.all(names.map((name) => read(join(from, name))));
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw new InputError(`the manifests ${from} cannot be read (${reason})`, where, MEND);
  }
}
