import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { InputError, messageOf } from "../core/errors.ts";
import type { History } from "../core/events.ts";
import { linesOf, parseHistoryLines } from "../core/history.ts";
import { RUN_FORMAT, type RunDocument } from "../core/run.ts";

/** Reads run.json of a run's folder; InputError when it is none of ours. */
export function readRun(folder: string): RunDocument {
  const file = join(folder, "run.json");
  if (!existsSync(file))
    throw new InputError("no run.json here", { file: folder }, "give a run's folder, e.g. reports/latest");
  let run: RunDocument;
  try {
    run = JSON.parse(readFileSync(file, "utf8")) as RunDocument;
  } catch (error) {
    throw new InputError(
      `not JSON: ${messageOf(error)}`,
      { file },
      "the file was cut or edited; run the scenario again",
    );
  }
  if (run.format !== RUN_FORMAT)
    throw new InputError(
      `the format is ${JSON.stringify(run.format)}`,
      { file, field: "format" },
      `${RUN_FORMAT} is read here`,
    );
  return run;
}

/** The history files of a run's folder by trial, or the one file itself. */
export function historyFiles(path: string): readonly string[] {
  if (!existsSync(path))
    throw new InputError("no such file or folder", { file: path }, "give a run's folder or a history.jsonl");
  if (statSync(path).isFile()) return [path];
  if (existsSync(join(path, "history.jsonl"))) return [join(path, "history.jsonl")];
  const run = existsSync(join(path, "run.json")) ? readRun(path) : undefined;
  const indices = run?.trials.map((trial) => trial.index) ?? [...Array(10_000).keys()];
  const files = indices
    .map((index) => join(path, "trials", String(index), "history.jsonl"))
    .filter((file) => existsSync(file));
  if (files.length === 0)
    throw new InputError("no history in this folder", { file: path }, "a run's folder holds trials/<n>/history.jsonl");
  return files;
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

/** Reads one history; a line cut by a killed harness is dropped and said. */
export function readHistory(file: string): History & { readonly truncated: boolean } {
  return parseHistoryLines(linesOf(textOf(file)), file);
}
