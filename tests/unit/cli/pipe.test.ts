import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
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
