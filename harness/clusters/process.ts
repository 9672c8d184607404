import type { Readable } from "node:stream";
import type { Recorder } from "../core/events.ts";
import { millis, type Bounds, type Millis } from "../core/time.ts";
import { splitLines, type Line } from "./lines.ts";
import { guard } from "./orphans.ts";
import { send, statOf } from "./proc.ts";
import { boundsOf, notAfter, type Spawner } from "./spawner.ts";

/** What was written just before the end may still be in the pipe: so long it is waited for. */
const DRAIN_MS = 100;
/** How often (ms) a process is looked at that nobody tells the end of. */
const LOOK_EVERY = 5;

export type Stream = "stdout" | "stderr";
export type Exit = { readonly code: number | null; readonly signal: string | null; readonly bounds: Bounds };

export type ProcessOptions = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly spawner: Spawner;
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
export async function start(options: ProcessOptions): Promise<Running> {
  const { argv, env, directory, clock } = options;
  const told = holdBack();
  let group: Group | undefined;
  const ordered = options.spawner.order({ argv, env, directory }, (exit) =>
    told(() => (exit === undefined ? lost() : ended(exit.code, exit.signal, notAfter(clock, exit.since)))),
  );
  const output = readOutput(options, ordered.stdout, ordered.stderr, told);
  let seen: Awaited<typeof ordered.started>;
  try {
    seen = await ordered.started;
  } catch (error) {
    output.drop();
    throw error;
  }
  const { pid } = seen;
  const started = boundsOf(clock, seen);
  group = { pid, mark: seen.mark };
  const release = guard(pid);

  const ended = (code: number | null, signal: string | null, since: Millis): void => {
    const bounds: Bounds = { since: millis(Math.max(since, started.since)), at: clock.now() };
    group = undefined;
    release();
    output.exited(bounds, () => options.ended({ code, signal, bounds }));
  };
  /** Nobody tells of its end any more: it is ended, and that is looked for. */
  const lost = (): void => {
    send(-pid, "SIGKILL");
    const look = setInterval(() => {
      if (lives({ pid, mark: seen.mark }) && statOf(pid)?.state !== "Z") return;
      clearInterval(look);
      ended(null, "SIGKILL", started.since);
    }, LOOK_EVERY);
  };
  const signalTo = (target: number, signal: NodeJS.Signals): void => {
    // Its number may be another's once the spawner has seen it end.
    if (group !== undefined && lives(group)) send(target, signal);
  };
  setImmediate(told.go);
  return { pid, started, signal: (signal) => signalTo(pid, signal), signalGroup: (signal) => signalTo(-pid, signal) };
}

type Group = { readonly pid: number; readonly mark: string };

/** A leader that has ended and was not reaped keeps its number, and its group can still be signalled. */
const lives = ({ pid, mark }: Group): boolean => statOf(pid)?.started === mark;

type HoldBack = ((tell: () => void) => void) & { readonly go: () => void };

/** Whoever started a process learns of that first: what the process does is told after `go`. */
function holdBack(): HoldBack {
  let waiting: (() => void)[] | undefined = [];
  const told = (tell: () => void): void => void (waiting === undefined ? tell() : waiting.push(tell));
  const go = (): void => {
    const all = waiting ?? [];
    waiting = undefined;
    for (const tell of all) tell();
  };
  return Object.assign(told, { go });
}

const clamp = (bounds: Bounds, end: Bounds | undefined): Bounds =>
  end === undefined
    ? bounds
    : { since: millis(Math.min(bounds.since, end.at)), at: millis(Math.min(bounds.at, end.at)) };

/** Reads both streams until the end of the process: what is read after the exit was written before it. */
function readOutput(options: ProcessOptions, stdout: Readable, stderr: Readable, told: HoldBack) {
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
      told(() => options.lines(name, splitter.push(chunk, bounds)));
    });
    stream.on("error", () => {}); // a broken pipe is its end; "close" follows
    return (bounds: Bounds): void => {
      options.lines(name, splitter.rest(bounds));
      stream.destroy();
    };
  });
  const watch = watchSilence(stdout, options);
  let open = 2;
  let drained = (): void => {};
  for (const stream of [stdout, stderr])
    stream.once("close", () => {
      open -= 1;
      if (open === 0) drained();
    });
  return {
    /** There is no process: nothing will come. */
    drop(): void {
      over = true;
      watch.stop(clock.now());
      stdout.destroy();
      stderr.destroy();
    },
    /** `done` is called once all was read, or after DRAIN_MS. */
    exited(bounds: Bounds, done: () => void): void {
      exit = bounds;
      watch.stop(bounds.at);
      const finish = (): void => {
        clearTimeout(timer);
        drained = () => {};
        over = true;
        for (const flush of flushes) flush(bounds);
        done();
      };
      const timer = setTimeout(finish, DRAIN_MS);
      drained = finish;
      if (open === 0) setImmediate(() => drained());
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
