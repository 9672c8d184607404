import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { Recorder } from "../core/events.ts";
import { millis, type Bounds, type Millis } from "../core/time.ts";
import { note } from "./ledger.ts";
import { splitLines, type Line } from "./lines.ts";
import { guard } from "./orphans.ts";
import { send } from "./proc.ts";

/** What was written just before the end may still be in the pipe: so long it is waited for. */
const DRAIN_MS = 100;

export type Stream = "stdout" | "stderr";
export type Exit = { readonly code: number | null; readonly signal: string | null; readonly bounds: Bounds };

export type ProcessOptions = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly ledger: string;
  readonly clock: Pick<Recorder, "now" | "since">;
  readonly lines: (stream: Stream, lines: readonly Line[]) => void;
  /** The process lives, but its stdout has been closed within [since, at] and stays so; told again while it lasts. */
  readonly silent: (bounds: Bounds) => void;
  /** Called once, after the last line. */
  readonly ended: (exit: Exit) => void;
};

/** A process that leads a group of its own. */
export type Running = {
  readonly pid: number;
  /** Between which instants it was started. */
  readonly started: Bounds;
  /** To the process itself. */
  signal(signal: NodeJS.Signals): void;
  /** To the process and all it started. */
  signalGroup(signal: NodeJS.Signals): void;
};

/** Starts a process in a group of its own, noted in the ledger; rejects with the system's error when it cannot start. */
export function start(options: ProcessOptions): Promise<Running> {
  const { argv, env, directory, clock } = options;
  const since = clock.now();
  const child = spawn(argv[0]!, argv.slice(1), {
    cwd: directory,
    env: { ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  // Without a number it never ran: the reason comes as an event.
  if (pid === undefined) return new Promise((_, reject) => child.once("error", reject));
  note(options.ledger, pid);
  const started = { since, at: clock.now() };
  const release = guard(pid);
  const output = readOutput(options, child.stdout, child.stderr);
  child.on("error", () => {}); // a signal that could not be sent; `send` reports those that matter

  child.once("exit", (code, signal) => {
    const bounds: Bounds = { since: clock.since(), at: clock.now() };
    // What it leaves behind ends with it, as in a container.
    send(-pid, "SIGKILL");
    output.exited(bounds);
    const finish = (): void => {
      clearTimeout(timer);
      child.removeListener("close", finish);
      output.end(bounds);
      release();
      options.ended({ code, signal, bounds });
    };
    const timer = setTimeout(finish, DRAIN_MS);
    child.once("close", finish);
  });
  return Promise.resolve({
    pid,
    started,
    signal: (signal) => void send(pid, signal),
    signalGroup: (signal) => void send(-pid, signal),
  });
}

const clamp = (bounds: Bounds, end: Bounds | undefined): Bounds =>
  end === undefined
    ? bounds
    : { since: millis(Math.min(bounds.since, end.at)), at: millis(Math.min(bounds.at, end.at)) };

/** Reads both streams until the end of the process: what is read after the exit was written before it. */
function readOutput(options: ProcessOptions, stdout: Readable, stderr: Readable) {
  const { clock } = options;
  let exit: Bounds | undefined;
  let over = false;
  const flushes = (
    [
      ["stdout", stdout],
      ["stderr", stderr],
    ] as const
  ).map(([name, stream]) => {
    const splitter = splitLines();
    stream.on("data", (chunk: Buffer) => {
      if (over) return;
      const bounds = clamp({ since: clock.since(), at: clock.now() }, exit);
      options.lines(name, splitter.push(chunk, bounds));
    });
    stream.on("error", () => {}); // a broken pipe is its end; "close" follows
    return (bounds: Bounds): void => {
      options.lines(name, splitter.rest(bounds));
      stream.destroy();
    };
  });
  const watch = watchSilence(stdout, options);
  return {
    exited(bounds: Bounds): void {
      exit = bounds;
      watch.stop(bounds.at);
    },
    end(bounds: Bounds): void {
      over = true;
      for (const flush of flushes) flush(bounds);
    },
  };
}

/** Every exit closes stdout too: only a process that outlives its stdout by DRAIN_MS has gone silent. */
function watchSilence(stdout: Readable, options: ProcessOptions): { stop(at: Millis): void } {
  let since: Millis | undefined;
  let told = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const tell = (at: Millis): void => {
    told = true;
    if (since !== undefined) options.silent({ since, at });
    since = at;
  };
  stdout.once("end", () => {
    if (stopped) return; // it was the exit that closed it
    since = options.clock.since();
    timer = setInterval(() => tell(options.clock.now()), DRAIN_MS);
    timer.unref();
  });
  return {
    stop(at) {
      stopped = true;
      clearInterval(timer);
      if (told) tell(at);
    },
  };
}
