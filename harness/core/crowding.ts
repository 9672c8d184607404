import { incarnationKey } from "./events.ts";
import type { View } from "./view.ts";

/** The share of a trial's time in which the harness came late, and in which the replica that fared worst was not run. */
export type Crowding = { readonly harness: number; readonly replica: number };

/** Shares above which a verdict that lacks evidence is put down to the machine. */
const NOTABLE: Crowding = { harness: 0.02, replica: 0.05 };

/** What the measured stalls took of a trial. */
export function crowdingOf(view: View): Crowding {
  const span = Math.max(1, view.end - Math.min(view.lives[0]?.started ?? 0, view.end));
  const lost = new Map<string, number>();
  for (const { who, ms } of view.stalls) {
    const key = who === "harness" ? who : incarnationKey(who);
    lost.set(key, (lost.get(key) ?? 0) + ms);
  }
  const harness = (lost.get("harness") ?? 0) / span;
  lost.delete("harness");
  return { harness, replica: Math.max(0, ...lost.values()) / span };
}

/** The sentence that says so, and what to do, where the machine was crowded; `atOnce` trials shared it. */
export function crowdingAdvice({ harness, replica }: Crowding, atOnce: number): string | undefined {
  if (harness < NOTABLE.harness && replica < NOTABLE.replica) return undefined;
  const mend = atOnce > 1 ? `${atOnce} trials shared it; try a lower --jobs` : "end other work on it, or run elsewhere";
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return `the machine was crowded: the harness came late in ${percent(harness)} of the trial, a replica waited for a processor in ${percent(replica)} of it (${mend})`;
}
