import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { HarnessError } from "../../harness/core/errors.ts";
import type { History } from "../../harness/core/events.ts";

/** What either side tells of one history; times in ms (`cpuMs`: of the processors, all threads), memory in bytes. */
export type Judged = { readonly verdict: string; readonly ms: number; readonly cpuMs: number; readonly peak: number };

/** A claim is a lock, a disclaim an unlock; both took place somewhere in their bounds (microseconds). */
function* operationsOf({ events }: History): Generator<string> {
  const clients = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "claim" && event.type !== "disclaim") continue;
    const client = clients.get(event.replica) ?? clients.size;
    clients.set(event.replica, client);
    const bounds = `${Math.round(event.since * 1000)} ${Math.round(event.at * 1000)}`;
    yield `${event.type === "claim" ? "lock" : "unlock"} ${client} ${bounds}\n`;
  }
}

/** Judges a history in a process of its own by Porcupine's model of a mutex. */
export async function byPorcupine(program: string, history: History, timeoutSeconds: number): Promise<Judged> {
  const child = spawn(program, ["-timeout", `${timeoutSeconds}s`], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  child.stdin.end([...operationsOf(history)].join(""));
  const answer = await text(child.stdout);
  const [status, signal] = await ended;
  if (status !== 0)
    throw new HarnessError(`Porcupine's program ended with ${status ?? signal}`, { mend: "see what it said above" });
  return JSON.parse(answer) as Judged;
}
