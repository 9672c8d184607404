import type { TrialDocument } from "../core/run.ts";
import { scheduleText } from "./schedule-text.ts";

/** What a failing trial was shrunk to, and how often that failed, in one line; undefined where nothing was shrunk. */
export const minimalText = ({ minimal }: TrialDocument): string | undefined =>
  minimal && `${scheduleText(minimal.schedule)}: failed ${minimal.failed} times of ${minimal.of}`;
