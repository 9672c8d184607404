import { DAEMONS } from "../core/elector.ts";
import { InputError, messageOf } from "../core/errors.ts";
import { formatMillis } from "../core/time.ts";
import { BUILD_DIR } from "./build-folder.ts";
import { harnessVariables, unknownVariables } from "./environment.ts";
import type { ElectorFile } from "./schema.ts";
import type { Source } from "./source.ts";

const forms = ["command", "image", "manifests"] as const;
/** What manifests say themselves. */
const saidByManifests = ["args", "containers", "ready", "workload"] as const;

/** Why it is no regular expression; undefined where it is one. */
function flawOf(expression: string): string | undefined {
  try {
    void new RegExp(expression);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** What no single field can say; throws InputError at the first contradiction. */
export function checkFile(declared: ElectorFile, source: Source, file: string): void {
  const wrong = (path: readonly string[], message: string, mend: string): never => {
    throw new InputError(message, { file, line: source.lineOf(path), field: path.join(".") }, mend);
  };
  const given = forms.filter((form) => declared[form] !== undefined);
  if (given.length === 0)
    wrong(["command"], "nothing says how a replica is run", "give one of command, image or manifests");
  if (given.length > 1)
    wrong([given[1]!], `${given.join(" and ")} are both given`, "keep one of command, image and manifests");
  const said = declared.manifests === undefined ? undefined : saidByManifests.find((field) => source.has([field]));
  if (said !== undefined)
    wrong([said], `the manifests say ${said}`, `leave ${said} out, or change it in the manifests`);

  if (declared.observe.via === "log")
    for (const field of ["acquired", "lost"] as const) {
      const why = flawOf(declared.observe[field]);
      if (why !== undefined)
        wrong(
          ["observe", "log", field],
          `this is no regular expression: ${why}`,
          "give a JavaScript regular expression without slashes, such as: successfully acquired lease",
        );
    }

  const { leaseDuration, renewDeadline, retryPeriod } = declared.timing;
  if (renewDeadline !== undefined && renewDeadline >= leaseDuration)
    wrong(
      ["timing", "renewDeadline"],
      `renewDeadline (${formatMillis(renewDeadline)}) is not below leaseDuration (${formatMillis(leaseDuration)})`,
      "a leader must give up before its lease can be taken: lower renewDeadline, or leave it out where there is none",
    );
  if (renewDeadline !== undefined && retryPeriod >= renewDeadline)
    wrong(
      ["timing", "retryPeriod"],
      `retryPeriod (${formatMillis(retryPeriod)}) is not below renewDeadline (${formatMillis(renewDeadline)})`,
      "a leader must be able to try more than once: lower retryPeriod",
    );
  if (retryPeriod >= leaseDuration)
    wrong(
      ["timing", "retryPeriod"],
      `retryPeriod (${formatMillis(retryPeriod)}) is not below leaseDuration (${formatMillis(leaseDuration)})`,
      "a leader must renew before its lease ends: lower retryPeriod",
    );
  if (declared.workload === "DaemonSet" && declared.replicas !== DAEMONS)
    wrong(
      ["replicas"],
      `a DaemonSet has a pod on each node, and ${declared.replicas} are asked for`,
      "leave replicas out, or make the workload a Deployment",
    );
  const words: readonly (readonly [path: readonly string[], argv: readonly string[]])[] = [
    [["command"], declared.command ?? []],
    ...Object.entries(declared.containers).map(
      ([name, { command = [], entrypoint = [], args = [] }]) =>
        [
          ["containers", name],
          [...command, ...entrypoint, ...args],
        ] as const,
    ),
    [["args"], declared.args ?? []],
    [["lock"], [declared.lock.name]],
  ];
  for (const [path, argv] of words)
    for (const name of unknownVariables(
      argv.map((word) => word.replaceAll(BUILD_DIR, "")),
      declared.env,
    ))
      wrong(
        path,
        `\${${name}} is no variable of a replica`,
        `use one of ${harnessVariables.join(", ")}, or add it under env`,
      );
  for (const name of Object.keys(declared.env))
    if (harnessVariables.includes(name))
      wrong(["env", name], `${name} is set by interregnum for each replica`, "leave it out of env");
}
