import { readFileSync } from "node:fs";

/** Where the relay's program is mounted in its container. */
export const FOLDER = "/interregnum";

/** From the harness's own folder: what the relay runs, and all that it imports. */
const FILES = [
  "clusters/context/relay/main",
  "clusters/context/relay/mux",
  "clusters/context/relay/frames",
  "clusters/context/relay/processes",
  "clusters/context/relay/words",
  "clusters/proc",
  "probes/run-delay",
  "core/time",
];

const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";

/** Path below FOLDER → text. */
export const relayFiles = (): Readonly<Record<string, string>> => ({
  "package.json": '{"type":"module"}',
  ...Object.fromEntries(
    FILES.map((file) => [
      `${file}.${ending}`,
      readFileSync(new URL(`../../../${file}.${ending}`, import.meta.url), "utf8"),
    ]),
  ),
});

/** What starts it. */
export const relayCommand = ["node", `${FOLDER}/${FILES[0]!}.${ending}`];

/** A path as a ConfigMap's key can name it. */
export const keyOf = (path: string): string => path.replaceAll("/", "_");
