import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { notedUndos, noteUndo } from "../../../../harness/clusters/kind/undo.ts";

test("what was noted is undone from the last to the first, once, and a line that was cut short not at all", () => {
  const folder = mkdtempSync(join(tmpdir(), "undo-"));
  try {
    expect(notedUndos(folder)).toEqual([]);
    const note = noteUndo(folder);
    const cordon = { kind: "uncordon", cluster: "c", node: "n1" } as const;
    const wake = { kind: "run", what: "woke a pod", node: "n1", argv: ["kill", "-CONT", "7"] } as const;
    note(cordon);
    note(wake);
    note(wake);
    appendFileSync(join(folder, "kind-undo"), '{"kind":"start","clus');
    expect(notedUndos(folder)).toEqual([wake, cordon]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
