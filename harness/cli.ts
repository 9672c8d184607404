#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { mkdirs } from "./electors/mkdirs.ts";

// Stripping the types of every file costs more than half of a start: keep what was stripped and compiled once.
const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "interregnum", "node");
try {
  mkdirs(cache);
  enableCompileCache(cache);
} catch {
  // where no cache can be, every start is as long as the first
}

const { outliveReaders } = await import("./cli/readers.ts");
const output = outliveReaders([process.stdout, process.stderr]);
const { main, statusOf } = await import("./cli/program.ts");
const judged = await main();
// A pipe takes 64 KiB at once: what is longer is still on its way, and would be cut off by the exit.
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => void stream.write("", () => resolve()));
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
const status = statusOf(judged, output.lost);
// Every resource has been disposed of by now; a library's idle socket must not hold the exit back.
process.exit(status);
