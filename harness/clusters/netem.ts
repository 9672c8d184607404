import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { gunzipSync } from "node:zlib";

/** Where a kernel tells of what it was built. */
const configs = (version: string): readonly string[] => ["/proc/config.gz", `/boot/config-${version}`];

/**
 * Whether this machine's kernel can delay packets (netem), as it says of itself; true where it says nothing, for then
 * only trying shows it.
 */
export function hasNetem(files: readonly string[] = configs(release())): boolean {
  const file = files.find((path) => existsSync(path));
  if (file === undefined) return true;
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
  return /^CONFIG_NET_SCH_NETEM=[ym]$/m.test(text);
}
