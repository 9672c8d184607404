import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { findElector, listDeviations, listElectors } from "../../../harness/electors/catalogue.ts";
import { schemaFile, schemaText } from "../../../harness/electors/publish-schema.ts";

describe("the catalogue", () => {
  test("lists what comes with the package, each under its folder's name", async () => {
    const electors = await listElectors();
    expect(electors.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["client-go", "client-go-release", "reference"]),
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
    expect((await findElector("reference+stale-endpoint")).observe).toEqual({ via: "http", port: 4444, path: "/" });
    for (const { id } of await listDeviations()) expect((await findElector(`reference+${id}`)).summary).not.toBe("");
  });

  test.each([
    ["clientgo", /did you mean "client-go"\?.*list electors/],
    ["reference+no-dedline", /did you mean "reference\+no-deadline"\?/],
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
