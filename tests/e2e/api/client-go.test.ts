import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { x } from "tinyexec";
import { rig } from "../../contract/api/rig.ts";

const source = join(import.meta.dirname, "go");
const go = spawnSync("go", ["version"]).status === 0;
const why = go ? "" : " (left out: go is not on PATH)";
/** A bound on a cold build, in ms; Go's own cache makes it a second afterwards. */
const COLD_BUILD = 15 * 60_000;

test.skipIf(!go)(
  `client-go v0.37 with its default settings finds an API server${why}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "interregnum-contract-"));
    try {
      const program = join(folder, "contract");
      const built = await x("go", ["build", "-o", program, "."], { nodeOptions: { cwd: source } });
      expect(built.stderr).toBe("");
      await using it = await rig();
      const run = await x(program, [it.api.url]);
      expect(run.exitCode, run.stderr).toBe(0);
      expect(JSON.parse(run.stdout)).toEqual({
        alreadyExists: true,
        renewTime: "2026-01-02T03:04:05.678901Z",
        transitions: 0,
        holderAfterRelease: "",
        conflict: true,
        conflictMessage:
          'Operation cannot be fulfilled on leases.coordination.k8s.io "go": the object has been modified; please apply your changes to the latest version and try again',
        unversioned: true,
        notFound: true,
        patched: "patched",
        applyConflict: true,
        applied: "applied",
        listed: 1,
        watched: ["MODIFIED patched", "DELETED patched"],
        synced: true,
        informed: ["add before", "add after", "update 2", "delete after"],
        stoppedLeading: true,
        released: true,
        serverVersion: "1.34",
        groups: 5,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  COLD_BUILD,
);
