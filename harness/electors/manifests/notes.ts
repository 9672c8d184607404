import { ACCOUNT_FOLDER, fixedVariables } from "../environment.ts";
import type { Read } from "./documents.ts";
import { kindOf, nameOf, resourceOf, whyLeftOut } from "./kinds.ts";
import { specOf } from "./pods.ts";

/** Names that are told; more are counted. */
const MOST = 6;

const RBAC = /^rbac\.authorization\.k8s\.io\/ClusterRole/;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST).join(", ");
  return names.length > MOST ? `${shown} and ${names.length - MOST} more` : shown;
}

/** What is run otherwise than it was written, a sentence each. */
export function notesOf(workload: Read, others: readonly Read[]): readonly string[] {
  const wide = others.filter(({ object }) => RBAC.test(kindOf(object)));
  const left = others.filter((read) => resourceOf(read.object) === undefined && !wide.includes(read));
  const byReason = Map.groupBy(left, ({ object }) => whyLeftOut(object));
  return [
    ...[...byReason].map(([why, reads]) => `left out: ${listed(reads.map(({ object }) => nameOf(object)))} (${why})`),
    ...(wide.length === 0
      ? []
      : [`${listed(wide.map(({ object }) => nameOf(object)))} hold in the trial's namespace only`]),
    ...overridden(workload),
  ];
}

/** What of its pods would lead past the gates. */
function overridden({ object }: Read): readonly string[] {
  const { containers, initContainers = [], schedulingGates } = specOf(object).template.spec;
  const notes = [...initContainers, ...containers].flatMap(({ name, env = [], volumeMounts = [] }) => [
    ...env
      .filter((each) => fixedVariables.has(each.name))
      .map((each) => `${each.name} of the container ${name} is the harness's own`),
    ...volumeMounts
      .filter(({ mountPath }) => mountPath === ACCOUNT_FOLDER)
      .map(() => `${ACCOUNT_FOLDER} of the container ${name} holds the gate's CA`),
  ]);
  return schedulingGates === undefined ? notes : [...notes, "its scheduling gates are the harness's own"];
}
