import type { Stream } from "../runtime.ts";

/** A line of a container's log, and when containerd had read it (milliseconds since 1970). */
export type CriLine = { readonly wall: number; readonly stream: Stream; readonly text: string };

/** Reads the log format of the container runtime interface, `<time> <stream> <P|F> <text>`; parts (P) are joined. */
export function criReader(): (line: string) => CriLine | undefined {
  const parts = new Map<Stream, string>();
  return (line) => {
    const [, time, name, tag, text = ""] = /^(\S+) (stdout|stderr) ([PF])(?: (.*))?$/s.exec(line) ?? [];
    if (time === undefined) return undefined;
    const stream = name as Stream;
    const whole = (parts.get(stream) ?? "") + text;
    parts.set(stream, whole);
    if (tag === "P") return undefined;
    parts.delete(stream);
    return { wall: wallOf(time), stream, text: whole };
  };
}

/** RFC 3339 with nanoseconds; Date keeps milliseconds of them. */
export function wallOf(time: string): number {
  const [, whole, fraction = "0", zone] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  return Date.parse(`${whole}${zone}`) + Number(`0.${fraction}`) * 1000;
}
