import type { Answer, Watching } from "../side.ts";

/** What one operation brought on one side. */
export type Outcome = {
  readonly said: string;
  readonly answers: readonly Answer[];
  readonly watching?: Watching;
};
