import { execFile } from "node:child_process";
import { join } from "node:path";

const tool = join(import.meta.dirname, "..", "..", "tools", "detection", "main.ts");

/** Runs the tool as `npm run detection` does. */
export function detection(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 1 << 26, env: { ...process.env, NO_COLOR: "1" } };
    const child = execFile(process.execPath, [tool, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
