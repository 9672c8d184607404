import { send } from "./proc.ts";

const groups = new Set<number>();
let watching = false;

/** Ends the group should the harness exit before it; call the result once the group is gone. */
export function guard(group: number): () => void {
  if (!watching) {
    watching = true;
    process.on("exit", () => {
      for (const leader of groups) send(-leader, "SIGKILL");
    });
  }
  groups.add(group);
  return () => void groups.delete(group);
}
