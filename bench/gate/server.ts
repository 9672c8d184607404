import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { HarnessError } from "../../harness/core/errors.ts";

/** A process that prints one line when it is ready, and ends when its standard input does. */
export type Server = AsyncDisposable & { readonly line: string };

export async function startServer(command: string, args: readonly string[]): Promise<Server> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  for await (const line of createInterface(child.stdout))
    return {
      line,
      async [Symbol.asyncDispose]() {
        child.stdin.end();
        await ended;
      },
    };
  const [status, signal] = await ended;
  throw new HarnessError(`${command} ${args.join(" ")} ended with ${status ?? signal} before it was ready`, {
    mend: "see what it said above",
  });
}
