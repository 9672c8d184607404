import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HarnessError } from "../harness/core/errors.ts";

const programs = fileURLToPath(new URL("../node_modules/.cache/interregnum-bench", import.meta.url));

/** Runs argv, its output to stderr; its exit status, or undefined when there is no such program. */
async function statusOf(command: string, args: readonly string[], cwd: string): Promise<number | undefined> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", 2, 2] });
  try {
    const [status] = (await once(child, "exit")) as [number | null];
    return status ?? 1;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Builds the Go program in `folder` and resolves with its path; Go's own cache makes the second time fast. Undefined when
 * there is no `go` on PATH; HarnessError when it does not compile or its modules cannot be had.
 */
export async function goProgram(folder: URL, name: string): Promise<string | undefined> {
  const program = join(programs, name);
  const directory = fileURLToPath(folder);
  const status = await statusOf("go", ["build", "-o", program, "."], directory);
  if (status === undefined) return undefined;
  if (status !== 0)
    throw new HarnessError(`go build in ${directory} failed`, { mend: "see what it said above; it needs its modules" });
  return program;
}
