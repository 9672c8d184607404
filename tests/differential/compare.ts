import type { Operation } from "./operation.ts";
import { playBoth } from "./play/both.ts";
import type { Outcome } from "./play/outcome.ts";
import { differencesOf, Normalizer, type Difference, type Normal } from "./normal.ts";
import { excused } from "./excuses.ts";
import type { Side } from "./side.ts";

export type Found = {
  readonly at: number;
  readonly operation: Operation;
  readonly difference: Difference;
  readonly said: readonly string[];
  readonly normals: readonly [Normal, Normal];
};

let sequences = 0;

/** Plays a sequence on both sides; the first difference that no excuse explains; undefined: none. */
export async function compare(
  sides: readonly [Side, Side],
  operations: readonly Operation[],
): Promise<Found | undefined> {
  sequences += 1;
  const [embedded, real] = await playBoth(sides, `sequence-${sequences}`, operations);
  const target = operations[0]?.target ?? "";
  const [ours, theirs] = [inWords(target, embedded), inWords(target, real)];
  const said = embedded.map((each) => each.said);
  // Answers first: a watch that was opened early shows what a later request did.
  for (const part of ["answers", "frames"] as const)
    for (const [at, operation] of operations.entries()) {
      const normals = [ours[at]!, theirs[at]!] as const;
      // An excuse is for one member of one answer: what else differs there needs its own.
      for (const difference of differencesOf(ours[at]![part], theirs[at]![part], `/${part}`)) {
        const found: Found = { at, operation, difference, said, normals };
        if (!excused(found)) return found;
      }
    }
  return undefined;
}

function inWords(target: string, outcomes: readonly Outcome[]): readonly Normal[] {
  const words = new Normalizer(target);
  outcomes.forEach(words.learnAnswers);
  const answers = outcomes.map(words.answers);
  outcomes.forEach(words.learnFrames);
  return outcomes.map((outcome, index) => ({ answers: answers[index]!, frames: words.frames(outcome) }));
}

/** What a failing sequence prints: the requests, and where the answers of the last one part. */
export function described({ at, said, difference, normals }: Found): string {
  const requests = said.slice(0, at + 1).map((each, index) => `${index === at ? "→" : " "} ${each}`);
  const show = (normal: Normal): string => JSON.stringify(normal, undefined, 1).slice(0, 3000);
  return [
    `the embedded API and the real one differ at ${difference.path}`,
    `  embedded: ${JSON.stringify(difference.embedded)}`,
    `  real:     ${JSON.stringify(difference.real)}`,
    "after these requests, as they were sent to the embedded API:",
    ...requests,
    `embedded: ${show(normals[0])}`,
    `real: ${show(normals[1])}`,
  ].join("\n");
}
