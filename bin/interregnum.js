#!/usr/bin/env node
// Finds a Node that runs the harness (24 or later: the project's own first) and becomes its parent.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function ownNode() {
  for (const name of [`node-linux-${process.arch}`, "node"]) {
    try {
      const path = join(dirname(require.resolve(`${name}/package.json`)), "bin", "node");
      if (existsSync(path)) return path;
    } catch {
      // not installed on this platform: the next candidate
    }
  }
  return undefined;
}

const node = Number(process.versions.node.split(".")[0]) >= 24 ? process.execPath : ownNode();
if (node === undefined) {
  console.error(
    `interregnum needs Node 24 or later; this is ${process.version}. Install it, or reinstall interregnum with its optional dependencies.`,
  );
  process.exit(4);
}
// A clone runs its sources; a package ships them compiled, because Node strips no types under node_modules.
const compiled = join(root, "dist", "harness", "cli.js");
const sources = join(root, "harness", "cli.ts");
const entry = existsSync(sources) ? sources : compiled;
const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // A terminal sends its signal to the whole group; `kill` sends it to us alone.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("exit", (code, signal) => process.exit(signal ? 128 + 15 : (code ?? 4)));
child.on("error", (error) => {
  console.error(`interregnum could not be started: ${error.message}`);
  process.exit(4);
});
