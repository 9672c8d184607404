import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunDocument } from "../../../harness/core/run.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** A folder of the test's own, removed when disposed, in which the command line is called. */
export function workplace() {
  const path = mkdtempSync(join(tmpdir(), "interregnum-cli-"));
  return {
    path,
    /** Writes a user's elector: the reference under this name, with a deviation if one is given. */
    elector(file: string, name: string, deviation?: string): string {
      const words = deviation === undefined ? "" : `, --deviation, ${deviation}`;
      const text = [
        `name: ${name}`,
        `command: [node, main.ts${words}]`,
        `simulate: ${join(root, "fixtures/electors/reference/simulated.ts")}`,
        "tunable: true",
        "release: true",
      ];
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), `${text.join("\n")}\n`);
      return file;
    },
    interregnum: (...args: readonly string[]) => call(path, args),
    runDocument: (folder: string): RunDocument =>
      JSON.parse(readFileSync(join(path, folder, "run.json"), "utf8")) as RunDocument,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

function call(cwd: string, args: readonly string[]) {
  const child = spawn(process.execPath, [join(root, "harness/cli.ts"), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => void (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => void (stderr += data.toString()));
  return new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, stdout, stderr })),
  );
}

/** Options under which a trial takes no time, and always goes the same way. */
export const SIMULATED = ["--cluster", "simulation", "--seed", "7"] as const;
