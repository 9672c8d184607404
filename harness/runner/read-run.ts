import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { fieldText, InputError, messageOf } from "../core/errors.ts";
import type { History } from "../core/events.ts";
import { linesOf, parseHistoryLines } from "../core/history.ts";
import { RUN_FORMAT, type RunDocument } from "../core/run.ts";
import { RunShape } from "./run-shape.ts";

const WRITTEN_BY = "the file was cut or edited; run the scenario again";

/** Reads run.json of a run's folder; InputError with the file and the field when it is none of ours. */
export function readRun(folder: string): RunDocument {
  const file = join(folder, "run.json");
  if (!existsSync(file))
    throw new InputError("no run.json here", { file: folder }, "give a run's folder, e.g. reports/latest");
  const text = readable(file, () => readFileSync(file, "utf8"));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`not JSON: ${messageOf(error)}`, { file }, WRITTEN_BY);
  }
  const read = RunShape.safeParse(value);
  if (read.success) return read.data as unknown as RunDocument; // what is worked with was just checked
  const issue = read.error.issues[0]!;
  const field = fieldText(issue.path);
  if (field === "format")
    throw new InputError(
      `the format is ${JSON.stringify((value as { format?: unknown }).format)}`,
      { file, field },
      `${RUN_FORMAT} is read here`,
    );
  throw new InputError(issue.message, { file, ...(field === "" ? {} : { field }) }, WRITTEN_BY);
}

/** What the file system refuses is the user's to mend: the path was given. */
function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new InputError(`cannot be read (${code})`, { file }, "give a run's folder, e.g. reports/latest");
  }
}

/** Where a run's folder keeps the history of a trial. */
export const historyOf = (run: string, index: number): string => join(run, "trials", String(index), "history.jsonl");

/** The history files of a run's folder by trial, or the one file itself. */
export function historyFiles(path: string): readonly string[] {
  if (!existsSync(path))
    throw new InputError("no such file or folder", { file: path }, "give a run's folder or a history.jsonl");
  if (statSync(path).isFile()) return [path];
  if (existsSync(join(path, "history.jsonl"))) return [join(path, "history.jsonl")];
  const files = existsSync(join(path, "run.json"))
    ? readRun(path).trials.map(({ index }) => recordedHistory(path, index))
    : [...Array(10_000).keys()].map((index) => historyOf(path, index)).filter((file) => existsSync(file));
  if (files.length === 0)
    throw new InputError("no history in this folder", { file: path }, "a run's folder holds trials/<n>/history.jsonl");
  return files;
}

/** The history of a trial that run.json names: a verdict over the others alone would be too good. */
export function recordedHistory(run: string, index: number): string {
  const file = historyOf(run, index);
  if (existsSync(file)) return file;
  throw new InputError(
    `trial ${index} has no history`,
    { file },
    "put its folder back beside run.json, or run the scenario again",
  );
}

/** Bytes of a history that are read at once. */
const BLOCK = 1 << 20;

/** A file's text in blocks: a history can be longer than any string. */
function* textOf(file: string): Generator<string> {
  const descriptor = openSync(file, "r");
  try {
    const [block, decoder] = [Buffer.allocUnsafe(BLOCK), new StringDecoder("utf8")];
    for (let length = readSync(descriptor, block); length > 0; length = readSync(descriptor, block))
      yield decoder.write(block.subarray(0, length));
    yield decoder.end();
  } finally {
    closeSync(descriptor);
  }
}

/** Reads one history; a line cut by a killed harness is dropped and said. InputError for what cannot be read. */
export function readHistory(file: string): History & { readonly truncated: boolean } {
  return readable(file, () => parseHistoryLines(linesOf(textOf(file)), file));
}
