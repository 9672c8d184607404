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
const { allTaken } = await import("./cli/ending.ts");
const judged = await main();
await allTaken();
const status = statusOf(judged, output.lost);
process.exit(status); // every resource has been disposed of by now
