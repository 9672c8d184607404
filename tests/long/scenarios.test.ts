import { describe, expect, test } from "vitest";
import { interregnum, runDocument, temporary } from "../e2e/cli.ts";
import { runnableOn } from "../e2e/runnable.ts";

const names = await runnableOn("embedded");

describe.concurrent("the reference elector is acquitted by every scenario that needs no cluster", () => {
  test.each(names)("%s", { timeout: 300_000 }, async (scenario) => {
    using folder = temporary();
    const { code, stdout } = await interregnum("run", scenario, "--seed", "11", "--out", folder.path);
    expect(code, stdout).toBe(0);
    expect(runDocument(folder.path).verdict).toBe("pass");
  });
});
