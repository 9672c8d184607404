import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { contextSources } from "../../../harness/electors/dockerfile.ts";
import { dockerfileOf, imageArguments, imageOf } from "../../../harness/electors/images.ts";
import { findElector, listElectors } from "../../../harness/electors/catalogue.ts";
import { loadElector } from "../../../harness/electors/load.ts";

const engine = spawnSync("docker", ["version"]).status === 0;
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), "interregnum-image-"));
const made = new Set<string>();
afterAll(() => {
  for (const name of made) spawnSync("docker", ["image", "rm", name]);
  rmSync(folder, { recursive: true });
});

async function electorOf(name: string, dockerfile?: string, more = "command: [./run, --one]") {
  const own = join(folder, name);
  cpSync(import.meta.dirname, own, { recursive: true, filter: (path) => path === import.meta.dirname });
  writeFileSync(join(own, "elector.yaml"), `name: ${name}\n${more}\n`);
  writeFileSync(join(own, "run"), "#!/bin/sh\n", { mode: 0o755 });
  if (dockerfile !== undefined) writeFileSync(join(own, "Dockerfile"), dockerfile);
  return loadElector(own);
}

test("an elector that names its image needs no Dockerfile", async () => {
  const elector = await electorOf("named", undefined, "image: registry.invalid/it:1\nargs: [--two]");
  expect(await imageOf(elector, signal)).toEqual({ name: "registry.invalid/it:1", built: false });
  expect(imageArguments(elector)).toEqual(["--two"]);
});

test("neither image nor Dockerfile is the user's to mend", async () => {
  await expect(imageOf(await electorOf("neither"), signal)).rejects.toThrow("names no image, and no Dockerfile stands");
});

test("what the Dockerfile of each elector copies is there, where no build makes it", async () => {
  const lacking = (await listElectors()).flatMap((elector) => {
    const file = dockerfileOf(elector);
    if (file === undefined || elector.build !== undefined) return [];
    const sources = contextSources(readFileSync(file, "utf8"));
    const { name, directory, context = directory } = elector;
    return sources.filter((source) => !existsSync(join(context, source))).map((source) => `${name}: ${source}`);
  });
  expect(lacking).toEqual([]);
});

test("a mutant's image is the correct elector's, given more words", async () => {
  expect(imageArguments(await findElector("reference+no-deadline"))).toEqual(["main.ts", "--deviation", "no-deadline"]);
});

describe.skipIf(!engine)("a Docker engine (skipped where there is none)", () => {
  const images = async (name: string, dockerfile: string) => {
    const image = await imageOf(await electorOf(name, dockerfile), signal);
    made.add(image.name);
    return image.name;
  };

  test("the tag follows what the Dockerfile copies, and nothing else", { timeout: 60_000 }, async () => {
    const text = "FROM scratch\nCOPY run /run\n";
    const first = await images("tagged", text);
    expect(first).toMatch(/^interregnum\/tagged:[0-9a-f]{16}$/);
    writeFileSync(join(folder, "tagged", "unused"), "more");
    expect(await images("tagged", text)).toBe(first);
    expect(await images("tagged", `${text}ENV A=b\n`)).not.toBe(first);
  });

  test("what cannot be built names the Dockerfile", { timeout: 60_000 }, async () => {
    await expect(images("broken", "FROM scratch\nNONSENSE\n")).rejects.toMatchObject({ name: "InputError" });
    await expect(images("absent", "FROM scratch\nCOPY nothing /\n")).rejects.toThrow("copies nothing");
  });
});
