import { termsOf } from "../core/terms.ts";
import { perView } from "../core/view.ts";
import { counted } from "./evidence.ts";

/** Changes of leader from one incarnation to another, by the order of the claims. */
export const takeoversOf = perView((view): number => {
  const terms = termsOf(view);
  let count = 0;
  for (let index = 1; index < terms.length; index += 1) if (terms[index - 1]!.key !== terms[index]!.key) count += 1;
  return count;
});

/**
 * Why a trial saw too little to pass, in one sentence: a fault that is not proven to have landed, or the scenario's
 * minimum missed; undefined when it saw enough.
 */
export const shortfallOf = perView((view): string | undefined => {
  const unproven = view.faults.find((fault) => fault.unproven !== undefined || fault.landed === undefined);
  if (unproven)
    return `fault ${unproven.fault} (${unproven.id}) is not proven to have landed: ${unproven.unproven ?? "the history ended first"}`;
  const { minimum } = view.header;
  const terms = termsOf(view).length;
  const seen = { terms, takeovers: takeoversOf(view), faults: view.faults.length };
  for (const [noun, name] of [
    ["term", "terms"],
    ["takeover", "takeovers"],
    ["fault", "faults"],
  ] as const)
    if (seen[name] < minimum[name])
      return `the trial saw ${counted(seen[name], noun)}, and the scenario asks for at least ${minimum[name]}`;
  return undefined;
});
