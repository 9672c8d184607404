import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { millis, type Bounds, type Clock } from "../../core/time.ts";
import type { Stream } from "../runtime.ts";
import { criReader } from "./cri-log.ts";

export type LogTail = {
  /** Resolves when the process is gone and all that it wrote was read, or when the reading broke off. */
  readonly done: Promise<void>;
  /** Bytes of the log that were read. */
  read(): number;
  end(): void;
};

/** How exactly the wall clock of this machine can be read, twice, in ms. */
const WALL_MS = 2;

/**
 * Reads a container's log on its node as it is written, until its first process is gone. What containerd stamped was
 * written before, by at most `lag(at)` ms; node and harness share one wall clock. `heard` is given each whole line.
 */
export function tailLog(options: {
  readonly node: string;
  readonly file: string;
  readonly nodePid: number;
  readonly clock: Clock;
  readonly lag: (at: number) => number;
  readonly heard: (stream: Stream, text: string, bounds: Bounds) => void;
}): LogTail {
  const { node, file, nodePid, clock, lag, heard } = options;
  const argv = ["exec", node, "tail", "--lines=+1", "--sleep-interval=0.1", `--pid=${nodePid}`, "-F", file];
  const child = spawn("docker", argv, { stdio: ["ignore", "pipe", "ignore"] });
  const decoder = new StringDecoder("utf8");
  const read = criReader();
  let rest = "";
  let bytes = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop()!;
    const now = clock.now();
    const wall = Date.now();
    for (const line of lines) {
      const parsed = read(line);
      if (parsed === undefined) continue;
      const at = Math.min(now, now - (wall - parsed.wall) + WALL_MS);
      heard(parsed.stream, parsed.text, { since: millis(Math.max(0, at - 2 * WALL_MS - lag(at))), at: millis(at) });
    }
  });
  const { promise: done, resolve } = Promise.withResolvers<void>();
  child.once("error", () => resolve());
  child.once("close", () => resolve());
  return { done, read: () => bytes, end: () => void child.kill("SIGKILL") };
}
