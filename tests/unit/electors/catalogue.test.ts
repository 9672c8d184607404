import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { findElector, listElectors, listMutants } from "../../../harness/electors/catalogue.ts";
import { schemaFile, schemaText } from "../../../harness/electors/publish-schema.ts";

describe("the catalogue", () => {
  test("lists what comes with the package, each under its folder's name", async () => {
    const electors = await listElectors();
    expect(electors.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["client-go", "client-go-release", "python", "reference", "sidecar"]),
    );
    for (const { name, summary, file } of electors) {
      expect(dirname(file).endsWith(`/${name}`)).toBe(true);
      expect(summary).not.toBe("");
    }
  });

  test("finds by name, by file and by folder", async () => {
    const byName = await findElector("client-go");
    expect(await findElector(byName.file)).toEqual(byName);
    expect(await findElector(dirname(byName.file))).toEqual(byName);
  });

  test("two electors of one source share one build", async () => {
    const [one, other] = await Promise.all([findElector("client-go"), findElector("client-go-release")]);
    expect(one.buildFolder).toBe(other.buildFolder);
    expect(one.command![0]).toBe(`${one.buildFolder}/elector`);
    expect([one.release, other.release]).toEqual([false, true]);
  });

  test("reference+<id> is the reference with a deviation", async () => {
    const reference = await findElector("reference");
    const mutant = await findElector("reference+trust-remote-clock");
    expect(mutant.name).toBe("reference+trust-remote-clock");
    expect(mutant.command).toEqual([...reference.command!, "--deviation", "trust-remote-clock", "--wall-spread", "4"]);
    // An image's own words are no others than the command's.
    expect((await findElector("sidecar+stale-name")).args?.slice(-2)).toEqual(["--deviation", "stale-name"]);
    expect((await findElector("reference+stale-endpoint")).observe).toEqual({ via: "http", port: 4444, path: "/" });
  });

  test("every mutant is an elector of the catalogue with a deviation", async () => {
    const mutants = await listMutants();
    expect(new Set(mutants.map(({ elector }) => elector))).toEqual(
      new Set(["reference", "python", "sidecar", "manager", "client-go-0.17-endpoints"]),
    );
    for (const { name, elector, id, successor } of mutants) {
      expect(name).toBe(`${elector}+${id}`);
      const found = await findElector(name);
      expect(found.summary).not.toBe("");
      const right = await findElector(elector);
      if (successor === undefined) expect(found.command).toEqual(expect.arrayContaining(["--deviation", id]));
      else expect([found.successor, found.command]).toEqual([(await findElector(successor)).file, right.command]);
      expect(found.requires).toEqual(right.requires);
    }
  });

  test.each([
    ["clientgo", /did you mean "client-go"\?.*list electors/],
    ["reference+no-dedline", /did you mean "reference\+no-deadline"\?/],
    ["python+one-sot", /did you mean "python\+one-shot"\?/],
    ["qqqqqqqqqqqq", /^`interregnum list electors`/],
  ])("does not know %s", async (name, mend) => {
    await expect(findElector(name)).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringContaining(name),
      mend: expect.stringMatching(mend),
    });
  });

  test("elector.schema.json is as published (else: node harness/electors/publish-schema.ts)", () => {
    expect(readFileSync(schemaFile, "utf8")).toBe(schemaText());
  });
});
