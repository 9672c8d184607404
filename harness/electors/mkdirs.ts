import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Makes a folder and those above it, where they are missing; throws what the file system says. Node's own recursive
 * mkdir never returns where the answer is ENOENT though the folder above is there, as it is below /proc.
 */
export function mkdirs(path: string, mode?: number): void {
  const missing: string[] = [];
  for (let at = resolve(path); !isThere(at); at = dirname(at)) missing.push(at);
  for (const folder of missing.toReversed()) make(folder, mode);
  if (missing.length === 0 && !isFolder(path)) mkdirSync(path); // EEXIST, as mkdir has it
}

function isThere(path: string): boolean {
  if (path === dirname(path)) return true;
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // mkdir says what is wrong with it
  }
}

function make(folder: string, mode: number | undefined): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!isFolder(folder)) throw error; // else another process made it meanwhile
  }
}
