import type { TrialDocument } from "../core/run.ts";
import { scheduleText } from "./schedule-text.ts";

/** What became of a failing trial's schedule when it was run again, in one line; undefined where that was not asked for. */
export function minimalText({ schedule, minimal, notShrunk }: TrialDocument): string | undefined {
  if (minimal === undefined) return notShrunk && `not run again: ${notShrunk}`;
  const rate = `failed ${minimal.failed} times of ${minimal.of}`;
  const same = JSON.stringify(minimal.schedule) === JSON.stringify(schedule);
  return same ? `run again as it was: ${rate}` : `shrunk to ${scheduleText(minimal.schedule)}: ${rate}`;
}
