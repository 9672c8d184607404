import type { Message } from "../../wire/schema.ts";
import { equal } from "../equal.ts";
import type { KubeObject } from "../objects.ts";
import { CHANGED, leavesOf, type Path } from "./fields.ts";
import { managersOf, resets, sameManager, withManagers, type Manager } from "./managers.ts";

/** Who writes, and when; time in RFC 3339. */
export type Writer = { readonly manager: string; readonly time: string };

function shareOut(managers: readonly Manager[], drop: ReadonlySet<Path>): Manager[] {
  if (drop.size === 0) return [...managers];
  return managers.map((each) => ({ ...each, paths: new Set([...each.paths].filter((path) => !drop.has(path))) }));
}

/**
 * The object with its managedFields after a create, update or patch: what the writer changed or added is its own now,
 * what it removed is nobody's. A writer that changed nothing leaves no trace, and an object nobody owns is not begun to
 * be tracked by an update.
 */
export function trackUpdate(
  next: KubeObject,
  previous: KubeObject | undefined,
  message: Message,
  writer: Writer,
): KubeObject {
  const stated = managersOf(next);
  const managers = resets(next) ? [] : stated.length > 0 || previous === undefined ? stated : managersOf(previous);
  if (previous !== undefined && managers.length === 0) return withManagers(next, []);
  const before = previous === undefined ? new Map<Path, unknown>() : leavesOf(previous, message, CHANGED);
  const after = leavesOf(next, message, CHANGED);
  const taken = new Set<Path>();
  for (const [path, value] of after) if (!before.has(path) || !equal(before.get(path), value)) taken.add(path);
  const gone = new Set<Path>(taken);
  for (const path of before.keys()) if (!after.has(path)) gone.add(path);
  const rest = shareOut(managers, gone);
  if (taken.size === 0) return withManagers(next, rest);
  const self = { manager: writer.manager, operation: "Update", apiVersion: next.apiVersion } as const;
  const own = rest.find((each) => sameManager(each, self));
  const paths = new Set([...(own?.paths ?? []), ...taken]);
  return withManagers(next, [...rest.filter((each) => each !== own), { ...self, time: writer.time, paths }]);
}
