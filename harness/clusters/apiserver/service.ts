import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { HarnessError } from "../../core/errors.ts";
import { note } from "../ledger.ts";
import { guard } from "../orphans.ts";
import { send, statOf } from "../proc.ts";

export type ServiceOptions = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Both its streams go there. */
  readonly log: string;
  readonly ledger: string;
};

/** A component of the control plane, in a group of its own; disposing ends it with SIGKILL and waits. */
export type Service = AsyncDisposable & {
  readonly pid: number;
  /** Rejects with HarnessError when it ends by itself. */
  readonly ended: Promise<never>;
};

/** How much of a dead component's log is shown. */
const TAIL_LINES = 5;

/** Starts a component, noted in the ledger; HarnessError when it cannot start. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { name, program, args, log } = options;
  const output = openSync(log, "a");
  const child = spawn(program, args, {
    cwd: options.directory,
    env: { ...options.env },
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const { pid } = child;
  if (pid === undefined)
    return new Promise((_, reject) =>
      child.once("error", (cause) =>
        reject(new HarnessError(`${name} cannot be started: ${cause.message}`, { cause })),
      ),
    );
  note(options.ledger, pid);
  const release = guard(pid);
  let wanted = true;
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => {}); // whoever waits is told; nobody need wait
  const gone = new Promise<void>((resolve) =>
    child.once("exit", (code, signal) => {
      release();
      if (wanted)
        reject(new HarnessError(`${name} ended by itself (${signal ?? `exit status ${code}`}): ${tailOf(log)}`));
      resolve();
    }),
  );
  return {
    pid,
    ended,
    async [Symbol.asyncDispose]() {
      wanted = false;
      send(-pid, "SIGKILL");
      await gone;
    },
  };
}

const tailOf = (log: string): string => readFileSync(log, "utf8").trimEnd().split("\n").slice(-TAIL_LINES).join("\n");

/** How often, and how long at most, a stopped process is looked at (ms). */
const STOP_LOOK = 1;
const STOPPED_WITHIN = 5000;

/** SIGSTOP; resolves when the process is seen stopped. */
export async function freeze({ pid }: Service): Promise<void> {
  send(pid, "SIGSTOP");
  const late = AbortSignal.timeout(STOPPED_WITHIN);
  while (statOf(pid)?.state !== "T") {
    late.throwIfAborted();
    await sleep(STOP_LOOK);
  }
}
