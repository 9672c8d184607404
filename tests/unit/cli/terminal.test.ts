import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { explain } from "../../../harness/cli/exit.ts";
import { recheckCommand } from "../../../harness/cli/recheck.ts";
import { HarnessError, InputError } from "../../../harness/core/errors.ts";
import { hostile } from "../report/hostile.ts";

let said: string[];
beforeEach(() => {
  said = [];
  for (const channel of ["log", "error"] as const)
    vi.spyOn(console, channel).mockImplementation((text: string) => void said.push(text));
});
afterEach(() => void vi.restoreAllMocks());

/** All that a terminal would obey; line breaks are the harness's own. */
const obeyed = (): readonly string[] => said.filter((text) => /(?!\n)[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u.test(text));

test.each([
  ["input", new InputError(`a ${hostile}`, { file: hostile, line: 1, field: hostile }, `b ${hostile}`), 3],
  ["the environment", new HarnessError(`a ${hostile}`, { mend: `b ${hostile}` }), 4],
  ["a bug", new Error(`a ${hostile}`), 4],
])("what is told of %s commands no terminal", (_what, error, status) => {
  expect(explain(error)).toBe(status);
  expect(said.join("\n")).toContain("␛[31mred");
  expect(obeyed()).toEqual([]);
});

test("a message of several lines stays one", () => {
  explain(new InputError("build failed:\n  \u001b[1mfirst\n  second"));
  expect(said).toEqual(["error: build failed:\n  ␛[1mfirst\n  second"]);
});

test("a history that is judged again commands no terminal", async () => {
  const recorded = join(import.meta.dirname, "../../../fixtures/histories/fail/at-most-one-leader.jsonl");
  const folder = mkdtempSync(join(tmpdir(), "interregnum-terminal-"));
  try {
    const [header, ...events] = readFileSync(recorded, "utf8").trim().split("\n");
    const { elector, ...rest } = JSON.parse(header!);
    const renamed = events.map((line) => {
      const event = JSON.parse(line);
      return JSON.stringify("replica" in event ? { ...event, replica: `${event.replica}\u001b[31m` } : event);
    });
    const named = { ...rest, scenario: hostile, elector: { ...elector, name: hostile } };
    writeFileSync(join(folder, "history.jsonl"), [JSON.stringify(named), ...renamed].join("\n"));
    expect(await recheckCommand(join(folder, "history.jsonl"), {})).toBe(1);
    expect(said.join("\n")).toContain("␛[31m");
    expect(obeyed()).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
