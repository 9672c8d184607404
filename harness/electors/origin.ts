import { createHash } from "node:crypto";
import { dirname, join, relative } from "node:path";
import type { Elector } from "../core/elector.ts";
import type { Origin } from "../core/run.ts";
import { BUILD_DIR } from "./build-folder.ts";
import { fixtures } from "./catalogue.ts";

/** Where an elector, and what a migration rolls it to, came from: enough to find it again and to tell it from another. */
export function originOf(elector: Elector, successor?: Elector, cwd = process.cwd()): Origin {
  const { name, file } = elector;
  // By its place: a user's elector may have the name of one that comes with the package.
  const ours = file === join(fixtures, "electors", name.split("+")[0]!, "elector.yaml");
  const near = relative(cwd, file);
  return {
    ...(ours ? {} : { file: near.startsWith("../") ? file : near }),
    digest: digestOf(elector),
    ...(successor && { successor: digestOf(successor) }),
  };
}

/**
 * A digest of what an elector declares, the same on every machine: paths count from its file, and the program of its
 * build by its name alone.
 */
function digestOf({ file, summary: _, buildFolder, manifests, ...elector }: Elector): string {
  const { directory, context, simulate, successor, work, build, command, containers = {} } = elector;
  const place = (path: string | undefined): string | undefined => path && relative(dirname(file), path);
  const word = (text: string): string =>
    text === process.execPath ? "node" : buildFolder === undefined ? text : text.replaceAll(buildFolder, BUILD_DIR);
  const declared = {
    ...elector,
    directory: place(directory),
    context: place(context),
    simulate: place(simulate),
    successor: place(successor),
    work: work && { ...work, setup: place(work.setup), feed: place(work.feed) },
    build: build?.map(word),
    command: command?.map(word),
    containers: Object.entries(containers).map(([name, beside]) => [
      name,
      { ...beside, command: beside.command?.map(word) },
    ]),
    manifests: manifests && {
      ...manifests,
      workload: manifests.workload.object,
      objects: manifests.objects.map(({ object }) => object),
    },
  };
  return `sha256:${createHash("sha256").update(JSON.stringify(declared)).digest("hex").slice(0, 16)}`;
}
