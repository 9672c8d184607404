import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { hasNetem } from "../../../harness/clusters/netem.ts";

test.each([
  ["CONFIG_NET_SCH_TBF=y\nCONFIG_NET_SCH_NETEM=m\n", true],
  ["CONFIG_NET_SCH_NETEM=y\n", true],
  ["# CONFIG_NET_SCH_NETEM is not set\n", false],
])("a kernel says whether it delays packets: %j", (text, there) => {
  const folder = mkdtempSync(join(tmpdir(), "netem-"));
  try {
    const [plain, packed] = [join(folder, "config"), join(folder, "config.gz")];
    writeFileSync(plain, text);
    writeFileSync(packed, gzipSync(text));
    expect([hasNetem([plain]), hasNetem([packed])]).toEqual([there, there]);
    expect(hasNetem([join(folder, "none"), plain])).toBe(there);
    expect(hasNetem([join(folder, "none")])).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
