// `node bench/judge/write.ts events order file`: writes one history of reigns.
import { closeSync, openSync, writeSync } from "node:fs";
import { serialiseEvent, serialiseHeader } from "../../harness/core/history.ts";
import { headerOf } from "../header.ts";
import { reigns, shuffled } from "./reigns.ts";

const [count, order, file] = process.argv.slice(2) as [string, string, string];
const events = reigns(Number(count));
const out = openSync(file, "w");
const lines = [serialiseHeader(headerOf({ release: false }))];
const flush = () => writeSync(out, `${lines.splice(0).join("\n")}\n`);
for (const event of order === "shuffled" ? shuffled(events) : events)
  if (lines.push(serialiseEvent(event)) === 10_000) flush();
flush();
closeSync(out);
