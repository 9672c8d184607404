import type { Readable } from "node:stream";
import { millis, type Bounds, type Millis } from "../core/time.ts";
import { splitLines } from "./lines.ts";
import type { StartOptions } from "./runtime.ts";

/** What was written just before the end may still be in the pipe: so long it is waited for. */
const DRAIN_MS = 100;

type OutputOptions = Pick<StartOptions, "clock" | "lines" | "silent">;

/** How a process's output comes here: a pipe unless told. In ms. */
export type Passage = {
  /** How long after the end something may still come. */
  readonly drain?: number;
  /** How long before it reaches this process something may have been written, asked when it comes. */
  readonly late?: () => number;
};

export type HoldBack = ((tell: () => void) => void) & { readonly go: () => void };

/** Whoever started a process learns of that first: what the process does is told after `go`. */
export function holdBack(): HoldBack {
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
export function readOutput(
  options: OutputOptions,
  stdout: Readable,
  stderr: Readable,
  told: HoldBack,
  { drain = DRAIN_MS, late = () => 0 }: Passage = {},
) {
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
      const bounds = clamp({ since: millis(clock.since() - late()), at: clock.now() }, exit);
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
    /** `done` is called once all was read, or after `drain`. */
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
      const timer = setTimeout(finish, drain);
      drained = finish;
      if (open === 0) setImmediate(() => drained());
    },
  };
}

/** Every exit closes stdout too: only a process that outlives its stdout by DRAIN_MS has gone silent. */
function watchSilence(stdout: Readable, options: OutputOptions): { stop(at: Millis): void } {
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
