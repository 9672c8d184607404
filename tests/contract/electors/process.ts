import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Api } from "./api.ts";

const folder = fileURLToPath(new URL("../../../fixtures/electors/reference/", import.meta.url));

/** A replica as a real process; killed when disposed of. */
export class Replica implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private changed = Promise.withResolvers<void>();

  constructor(api: Api, argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, ["main.ts", ...argv], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        KUBE_API: api.url,
        EFFECT_URL: `${api.url}/act`,
        POD_NAME: "demo-1",
        POD_NAMESPACE: "default",
        ELECTION_NAME: "demo",
        LEASE_DURATION_MS: "1000",
        RENEW_DEADLINE_MS: "600",
        RETRY_PERIOD_MS: "200",
        ...env,
      },
    });
    this.exited = once(this.child, "close");
    for (const [stream, kept] of [
      [this.child.stdout!, this.lines],
      [this.child.stderr!, this.errors],
    ] as const)
      createInterface({ input: stream }).on("line", (line) => {
        kept.push(line);
        this.changed.resolve();
        this.changed = Promise.withResolvers();
      });
  }

  /** Resolves once so many statements were made. */
  async stated(count: number): Promise<void> {
    while (this.lines.length < count) await this.changed.promise;
  }

  /** Sends the signal and resolves with the exit status. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.gone();
  }

  async gone(): Promise<number | null> {
    await this.exited;
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }
}

export const claim = (token: number): string => JSON.stringify({ leading: true, token });
export const disclaim = JSON.stringify({ leading: false });
