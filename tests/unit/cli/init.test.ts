import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { init } from "../../../harness/cli/init.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "interregnum-init-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("an elector.yaml is begun, and one that is there is left", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const file = join(folder, "elector.yaml");
  expect(await init(file)).toBe(0);
  expect(readFileSync(file, "utf8")).toMatch(/^name: my-elector$/m);
  await expect(init(file)).rejects.toMatchObject({ name: "InputError", where: { file } });
});

test("where no file can be written is bad input", async () => {
  writeFileSync(join(folder, "file"), "");
  for (const file of [join(folder, "absent", "x.yaml"), join(folder, "file", "x.yaml"), "/proc/x.yaml"])
    await expect(init(file)).rejects.toMatchObject({
      name: "InputError",
      where: { file },
      mend: expect.stringContaining("folder"),
    });
});
