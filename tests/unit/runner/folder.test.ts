import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeFolder, makeRunFolder, pointLatest } from "../../../harness/runner/folder.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "interregnum-folder-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const thrownBy = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe("a folder that a user names", () => {
  test("is made with those above it, and taken as it is where it is there", () => {
    const path = join(folder, "a", "b", "c");
    makeFolder(path, "--out");
    makeFolder(path, "--out");
    expect(statSync(path).isDirectory()).toBe(true);
  });

  test("is refused where no folder can be, by field and with a mend", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const path of [file, join(file, "below"), "/proc/nope", "/proc/nope/below"]) {
      const refused = { name: "InputError", where: { file: path, field: "--out" } };
      expect(thrownBy(() => makeFolder(path, "--out"))).toMatchObject(refused);
    }
  });

  test("a run's own is refused with what was given", () => {
    const run = { scenario: "calm", elector: "reference", id: "1" };
    expect(thrownBy(() => makeRunFolder({ ...run, out: "/proc/nope" }))).toMatchObject({
      name: "InputError",
      where: { file: "/proc/nope", field: "--out" },
      mend: expect.stringContaining("folder"),
    });
    expect(makeRunFolder({ ...run, out: join(folder, "out") })).toBe(join(folder, "out"));
    expect(readdirSync(join(folder, "out"))).toEqual(["trials"]);
  });
});

describe("reports/latest", () => {
  test("points to the last run, whatever link was there", () => {
    const reports = join(folder, "reports");
    mkdirSync(reports);
    expect(pointLatest(join(reports, "calm", "x", "1"), reports)).toBeUndefined();
    expect(pointLatest(join(reports, "calm", "x", "2"), reports)).toBeUndefined();
    expect(readlinkSync(join(reports, "latest"))).toBe(join("calm", "x", "2"));
    expect(readdirSync(reports)).toEqual(["latest"]);
  });

  test("that is a folder of somebody's is left, and said", () => {
    const reports = join(folder, "reports");
    mkdirSync(join(reports, "latest"), { recursive: true });
    expect(pointLatest(join(reports, "calm", "x", "1"), reports)).toMatch(/latest/);
    expect(lstatSync(join(reports, "latest")).isDirectory()).toBe(true);
    expect(readdirSync(reports)).toEqual(["latest"]);
  });
});
