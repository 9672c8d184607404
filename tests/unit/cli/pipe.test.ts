import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const history = join(root, "fixtures/histories/found/client-go-believes-while-it-releases.jsonl");

test("a document of more than a pipe takes at once reaches its other end whole", () => {
  const folder = mkdtempSync(join(tmpdir(), "interregnum-pipe-"));
  try {
    for (let trial = 0; trial < 8; trial += 1) cpSync(history, join(folder, "trials", String(trial), "history.jsonl"));
    const command = `"${process.execPath}" harness/cli.ts recheck "${folder}" -o json | { sleep 1; cat; }`;
    const text = execFileSync("sh", ["-c", command], { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
    expect(text.length).toBeGreaterThan(1 << 16);
    expect((JSON.parse(text) as { trials: unknown[] }).trials).toHaveLength(8);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const cli = join(root, "harness/cli.ts");
const SIMULATED = ["--cluster", "simulation", "--seed", "1"];

/** A run whose reader leaves at its first word. */
function abandoned(args: readonly string[]) {
  const child = spawn(process.execPath, [cli, "run", ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.once("data", () => child.stdout.destroy());
  const left = once(child.stdout, "close");
  return { child, left, ended: once(child, "exit") as Promise<[number | null, string | null]> };
}

test("a run whose reader has left goes on to its verdict, the next scenario too", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "interregnum-pipe-"));
  try {
    const { child, ended } = abandoned(["calm", "kill-leader", ...SIMULATED, "--out", folder]);
    child.stderr.resume();
    expect(await ended).toEqual([0, null]);
    for (const scenario of ["calm", "kill-leader"])
      expect(JSON.parse(readFileSync(join(folder, scenario, "run.json"), "utf8"))).toMatchObject({ verdict: "pass" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a run whose readers have left is interrupted like any other", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "interregnum-pipe-"));
  try {
    const { child, left, ended } = abandoned(["calm", ...SIMULATED, "--trials", "5000", "--out", folder]);
    child.stderr.destroy();
    await left;
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    expect(JSON.parse(readFileSync(join(folder, "run.json"), "utf8"))).toMatchObject({ ended: "interrupted" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("output that cannot be written is told, and is no verdict", () => {
  const run = spawnSync("sh", ["-c", `exec "${process.execPath}" "${cli}" list scenarios > /dev/full`], {
    encoding: "utf8",
  });
  expect(run.stderr).toMatch(/^error: output could not be written: .*ENOSPC/);
  expect(run.status).toBe(4);
});
