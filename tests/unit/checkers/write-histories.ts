// Writes fixtures/histories from stories.ts: `node tests/unit/checkers/write-histories.ts`.
import { mkdirSync, writeFileSync } from "node:fs";
import { serialiseEvent, serialiseHeader } from "../../../harness/core/history.ts";
import { savedHistories } from "./stories.ts";

for (const [property, verdicts] of Object.entries(savedHistories))
  for (const [verdict, tell] of Object.entries(verdicts)) {
    const { header, events } = tell().history();
    const folder = new URL(`../../../fixtures/histories/${verdict}/`, import.meta.url);
    mkdirSync(folder, { recursive: true });
    const lines = [serialiseHeader({ ...header, properties: [property] }), ...events.map(serialiseEvent)];
    writeFileSync(new URL(`${property}.jsonl`, folder), `${lines.join("\n")}\n`);
  }
