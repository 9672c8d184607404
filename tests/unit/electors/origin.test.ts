import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findElector } from "../../../harness/electors/catalogue.ts";
import { loadElector } from "../../../harness/electors/load.ts";
import { originOf } from "../../../harness/electors/origin.ts";

/** Writes an elector.yaml into a folder of its own, and says where it came from. */
async function written(text: string, place = "mine", cwd?: (folder: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), "interregnum-origin-"));
  try {
    const file = join(folder, place, "elector.yaml");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return { file, origin: originOf(await loadElector(file), undefined, cwd?.(folder) ?? "/nowhere") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TEXT = "name: reference\nbuild: [go, build, -o, '${BUILD_DIR}/e', .]\ncommand: ['${BUILD_DIR}/e']\n";

test("what comes with the package is known by its name, its mutants too; a user's by its file, whatever it is called", async () => {
  expect(originOf(await findElector("reference"))).not.toHaveProperty("file");
  expect(originOf(await findElector("reference+no-deadline"))).not.toHaveProperty("file");
  const { file, origin } = await written(TEXT);
  expect(origin.file).toBe(file);
});

test("a file below the folder that one is in is told from there", async () => {
  const { origin } = await written(TEXT, "mine", (folder) => folder);
  expect(origin.file).toBe(join("mine", "elector.yaml"));
});

test("the digest is of what is declared, not of where it stands", async () => {
  const [one, elsewhere] = await Promise.all([written(TEXT), written(TEXT, "other/folder")]);
  expect(one.origin.digest).toBe(elsewhere.origin.digest);
  const said = await written(`${TEXT}summary: told otherwise\n`);
  expect(said.origin.digest).toBe(one.origin.digest);
  for (const line of ["env: { MODE: fast }", "replicas: 2", "observe: record", "knownLimits: { calm: [failover] }"])
    expect((await written(`${TEXT}${line}\n`)).origin.digest).not.toBe(one.origin.digest);
});

test("each mutant is another elector than the right one", async () => {
  const digests = await Promise.all(
    ["reference", "reference+no-deadline", "reference+watch-only"].map(async (name) => {
      const elector = await findElector(name);
      return originOf(elector).digest;
    }),
  );
  expect(new Set(digests).size).toBe(3);
});

test("what it is rolled to belongs to it", async () => {
  const [elector, successor] = await Promise.all([findElector("reference"), findElector("python")]);
  expect(originOf(elector, successor).successor).toBe(originOf(successor).digest);
});
