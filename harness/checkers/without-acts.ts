import { lengthOf } from "../core/intervals.ts";
import { coreOf } from "../core/tenure.ts";
import { termsOf } from "../core/terms.ts";
import type { View } from "../core/view.ts";

/** Who led for this long (ms) without an act does its work elsewhere: the smallest contract asks for statements alone. */
const LONG_REIGN = 1000;

/** Why effects cannot be judged: somebody certainly led, and nothing ever reached the witness. A fencing elector must act. */
export function withoutActs(view: View): string | undefined {
  if (view.acts.length > 0 || view.header.elector.fencing) return undefined;
  const reigned = termsOf(view).some((tenure) => lengthOf(coreOf(tenure)) >= LONG_REIGN);
  const answered = view.answers.some((answer) => answer.leading);
  return reigned || answered ? "no act ever reached the witness, so the verdict rests on statements" : undefined;
}
