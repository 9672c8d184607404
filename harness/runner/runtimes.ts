import type { RuntimeName } from "../clusters/runtime.ts";
import type { Elector } from "../core/elector.ts";
import { InputError } from "../core/errors.ts";
import { placeOf } from "../electors/place.ts";

/** What `--runtime` takes. */
export const runtimeNames: readonly RuntimeName[] = ["process", "container"];

/** Clusters whose pods run on this machine by whatever they are told. */
const choosing = new Set(["embedded", "apiserver"]);

/**
 * As what the elector's replicas run: what was asked for, else as processes where it has a command. InputError for a
 * cluster without that choice; undefined where it has none and nothing was asked for.
 */
export function runtimeFor(
  cluster: string,
  elector: Pick<Elector, "command" | "containers" | "image" | "file" | "name">,
  asked: RuntimeName | undefined,
): RuntimeName | undefined {
  if (!choosing.has(cluster)) {
    if (asked === undefined) return undefined;
    throw new InputError(
      `the cluster ${cluster} does not choose how its pods run`,
      { field: "--runtime" },
      `leave --runtime out, or use --cluster ${[...choosing].join(" or ")}`,
    );
  }
  if (asked === "process" && elector.command === undefined && elector.image !== undefined)
    throw new InputError(
      `the elector ${elector.name} is an image, and no command is given`,
      placeOf(elector.file, "command"),
      "give it a command, or leave --runtime out",
    );
  if (asked === "container" && Object.keys(elector.containers ?? {}).length > 0)
    throw new InputError(
      `the pods of ${elector.name} have more than one container, and only one is run as an image`,
      placeOf(elector.file, "containers"),
      "leave --runtime out",
    );
  return asked ?? (elector.command === undefined && elector.image !== undefined ? "container" : "process");
}
