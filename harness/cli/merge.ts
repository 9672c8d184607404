import { InputError } from "../core/errors.ts";
import { reporterNamed } from "../report/reporters.ts";
import { merge } from "../runner/merge.ts";
import { writeRun } from "../runner/write-run.ts";
import { exitOf } from "./exit.ts";
import { FILES, printRuns } from "./run.ts";

/** `merge <run dir>… --out DIR`: joins shards; exit status by the worst verdict. */
export async function mergeCommand(
  folders: readonly string[],
  options: { readonly out?: string; readonly output?: "json" },
): Promise<number> {
  if (options.out === undefined)
    throw new InputError("merge needs a folder to write to", { field: "--out" }, "add --out DIR");
  const result = merge(folders, options.out);
  const stream = options.output === "json" ? process.stderr : process.stdout;
  const settings = { stream, stdout: stream, env: process.env, now: () => performance.now() };
  await writeRun(result, await Promise.all(["default", ...FILES].map((name) => reporterNamed(name, settings))));
  if (options.output === "json") printRuns([result.run]);
  return exitOf(result.run.verdict);
}
