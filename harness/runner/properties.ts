import type { Elector, ElectorProfile, Timing } from "../core/elector.ts";
import type { Property } from "../core/property.ts";
import type { NotJudged } from "../core/run.ts";
import type { Scenario } from "../core/scenario.ts";

type Subject = { readonly scenario: Scenario; readonly elector: Elector; readonly timing: Timing };

/** What a history's header says of the elector, at the timing that it is run at. */
export const profileOf = ({ elector, timing }: Omit<Subject, "scenario">): ElectorProfile => ({
  name: elector.name,
  lock: elector.lock.kind,
  observe: elector.observe.via,
  timing,
  release: elector.release,
  fencing: elector.fencing,
  profile: elector.profile,
  knownLimits: elector.knownLimits,
});

/** The scenario's properties that this elector can be judged by, and those that it gives nothing to judge by. */
export function propertiesFor(subject: Subject): {
  readonly judged: readonly Property[];
  readonly notJudged: readonly NotJudged[];
} {
  const profile = profileOf(subject);
  const notJudged: NotJudged[] = [];
  const judged = subject.scenario.properties.filter((property) => {
    const reason = property.inapplicable?.(profile);
    if (reason !== undefined) notJudged.push({ name: property.name, reason });
    return reason === undefined;
  });
  return { judged, notJudged };
}
