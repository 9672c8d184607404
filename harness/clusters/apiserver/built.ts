import { existsSync, readFileSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "../../core/errors.ts";
import { BUILD_DIR, buildFolder } from "../../electors/build-folder.ts";
import { buildElector } from "../../electors/build.ts";
import { fixtures } from "../../electors/catalogue.ts";

const SOURCES = join(fixtures, "kube");
const MODULES = join(SOURCES, "go.mod");
const BINARY = "kube-programs";

/** The Kubernetes that is built, such as "1.34.4". */
function version(): string {
  const found = /^\s*k8s\.io\/kubernetes v(\S+)$/m.exec(readFileSync(MODULES, "utf8"));
  assert(found !== null, `${MODULES} requires no k8s.io/kubernetes`);
  return found[1]!;
}

/** What `go build` is told: upstream's releases are stamped in the same way. */
function command(): readonly string[] {
  const [major, minor] = version().split(".");
  const stamps = { gitVersion: `v${version()}`, gitMajor: major, gitMinor: minor };
  const flags = Object.entries(stamps).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  const ldflags = ["-s", "-w", ...flags].join(" ");
  const go = ["go", "build", "-trimpath", "-ldflags", ldflags, "-o", join(BUILD_DIR, BINARY), "."];
  return ["env", "CGO_ENABLED=0", ...go];
}

/** Where `npm run build:kube` leaves the programs of these sources; undefined where the sources are not at hand. */
export const builtPrograms = async (): Promise<string | undefined> =>
  existsSync(MODULES) ? buildFolder(SOURCES, command()) : undefined;

/** Builds the programs into one static binary, and links it by their names; returns its folder. Once for the same sources. */
export async function buildPrograms(names: readonly string[], signal: AbortSignal): Promise<string> {
  const folder = await buildFolder(SOURCES, command());
  const binary = join(folder, BINARY);
  await buildElector(
    {
      name: "the control plane",
      file: MODULES,
      directory: SOURCES,
      build: command().map((word) => word.replaceAll(BUILD_DIR, folder)),
      command: [binary],
      buildFolder: folder,
    },
    signal,
  );
  for (const name of names)
    await symlink(BINARY, join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error; // another process was faster, or it was built before
    });
  return folder;
}
