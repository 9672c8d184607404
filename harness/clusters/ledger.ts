import { appendFileSync, readFileSync } from "node:fs";
import { isOurs, membersOf, send, statOf } from "./proc.ts";

/** Notes a started process (`pid starttime`), before anything else can go wrong; its start time, "gone" when it is. */
export function note(ledger: string, pid: number): string {
  const started = statOf(pid)?.started ?? "gone";
  appendFileSync(ledger, `${pid} ${started}\n`);
  return started;
}

/**
 * Ends, with their groups, the processes that a killed harness left in its ledger, and says which. A number that was
 * given to another process since is left alone: the start time must be the noted one, or, when the group's leader is
 * gone, the member must carry our mark in its environment.
 */
export function reap(ledger: string): readonly number[] {
  const ended: number[] = [];
  for (const line of readFileSync(ledger, "utf8").split("\n")) {
    const [pid, started] = line.split(" ");
    // The last line may be cut: its process is known to nobody but by its mark.
    if (pid === undefined || started === undefined || started === "") continue;
    ended.push(...endGroup(Number(pid), started));
  }
  return ended;
}

function endGroup(leader: number, started: string): readonly number[] {
  const stat = statOf(leader);
  if (stat !== undefined && stat.started !== started) return [];
  const members = membersOf(leader).filter((pid) => pid === leader || isOurs(pid));
  return members.filter((pid) => statOf(pid)?.state !== "Z" && send(pid, "SIGKILL"));
}
