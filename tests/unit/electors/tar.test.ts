import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tarOf } from "../../../harness/electors/tar.ts";

test("tar unpacks what was packed, long paths and executables too", () => {
  const long = `${"deep/".repeat(30)}file.txt`;
  const archive = tarOf([
    { name: "run", content: Buffer.from("#!/bin/sh\n"), executable: true },
    { name: long, content: Buffer.alloc(1025, "x"), executable: false },
  ]);
  const folder = mkdtempSync(join(tmpdir(), "interregnum-tar-"));
  try {
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    expect(statSync(join(folder, "run")).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder, long)).mode & 0o777).toBe(0o644);
    expect(readFileSync(join(folder, long), "utf8")).toBe("x".repeat(1025));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a path that fits no archive is refused", () => {
  expect(() => tarOf([{ name: "x".repeat(101), content: Buffer.alloc(0), executable: false }])).toThrow(RangeError);
});
