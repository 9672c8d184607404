import { StringDecoder } from "node:string_decoder";
import type { ApiClient } from "../apiserver/client.ts";
import { wallOf } from "../kind/cri-log.ts";

export type LoggedLine = { readonly wall: number; readonly text: string };

type Container = { readonly namespace: string; readonly name: string; readonly container: string };

/**
 * Reads a container's log through the API from its first line on, each line once, however often it is read: what is
 * read again is counted, not told. stdout and stderr come as one.
 */
export function podLog(client: ApiClient, pod: Container, heard: (line: LoggedLine) => void) {
  let told = 0;
  const read = async (query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> => {
    const asked = { container: pod.container, timestamps: "true", ...query };
    const body = await client.log(pod, asked, signal);
    const decoder = new StringDecoder("utf8");
    let [rest, count] = ["", 0];
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        count += 1;
        if (count <= told) continue;
        told = count;
        const parsed = parseLine(line);
        if (parsed !== undefined) heard(parsed);
      }
    }
  };
  return {
    /** Reads on as it is written, until the container's process has ended or the reading broke off. */
    follow: (signal: AbortSignal) => read({ follow: "true" }, signal),
    /** Reads what is there; `previous`: of the process before the present one. */
    catchUp: (previous: boolean, signal: AbortSignal) => read(previous ? { previous: "true" } : {}, signal),
  };
}

/** `<time> <text>`; undefined for what is no such line. */
export function parseLine(line: string): LoggedLine | undefined {
  const [, time, text = ""] = /^(\d{4}-\S+)(?: (.*))?$/s.exec(line) ?? [];
  if (time === undefined) return undefined;
  const wall = wallOf(time);
  return Number.isNaN(wall) ? undefined : { wall, text };
}
