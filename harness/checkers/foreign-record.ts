import { faultsOn } from "../core/contract.ts";
import { incarnationKey } from "../core/events.ts";
import { defineProperty } from "../core/property.ts";
import { isWrite } from "../core/reading.ts";
import { ownIdentities, type RecordStep, recordSteps } from "../core/record-steps.ts";
import { formatMillis } from "../core/time.ts";
import type { Hazard, Witness } from "../core/verdict.ts";
import { perView, type View } from "../core/view.ts";
import { bounded, counted, faultLines, inOrder, instant, MOST_WITNESSES } from "./evidence.ts";

const NAME = "foreign-record";

/** client-go notices a change at one-second precision where P < 1 s, so a record may seem expired so much early, in ms. */
const PRECISION_LOSS = 1000;

type Deed = "cleared" | "renewed";

/** What a step did to the holder's own record: took its name out of it, or renewed it in its name. */
function deedOf({ before, after }: RecordStep): Deed | undefined {
  const holder = before?.record?.holder;
  if (!holder || after.fault !== undefined) return undefined;
  if (!after.record?.holder) return "cleared";
  return after.record.holder === holder && after.record.renewTime !== before.record.renewTime ? "renewed" : undefined;
}

/** How long the record was still good for at the very least when the step was committed, in ms; not above 0 when expired. */
function leftOf(view: View, { before, after }: RecordStep): number {
  const allowance = view.header.elector.timing.retryPeriod < 1000 ? PRECISION_LOSS : 0;
  const duration = before!.record!.durationSeconds;
  return duration === null ? 0 : before!.since + duration * 1000 - allowance - after.at;
}

/** Every name that a replica wrote into the record, copied ones too. */
const written = perView((view): ReadonlyMap<string, ReadonlySet<string>> => {
  const names = new Map<string, Set<string>>();
  for (const { invoke } of view.calls) {
    if (!invoke.record?.holder || !isWrite(invoke)) continue;
    const known = names.get(invoke.replica) ?? new Set();
    names.set(invoke.replica, known.add(invoke.record.holder));
  }
  return names;
});

/** Whether the holder is certainly another than the replica. An identity that several share is everybody's own. */
function isForeign(view: View, replica: string, holder: string, deed: Deed): boolean {
  const own = ownIdentities(view);
  if (own.get(replica)?.has(holder)) return false;
  if (deed === "cleared") return !written(view).get(replica)?.has(holder);
  // A renewer wrote the holder's name; only where it has a name of its own, and another has this one, is that a copy.
  const another = [...own].some(([other, names]) => other !== replica && names.has(holder));
  const elsewhere = view.lives.some((life) => life.replica === holder);
  return another && (elsewhere || (own.get(replica)?.size ?? 0) > 1);
}

function witnessOf(view: View, step: RecordStep, deed: Deed): Witness {
  const { before, after, call } = step;
  const { invoke } = call!;
  const key = incarnationKey(invoke);
  const holder = before!.record!.holder!;
  const what = deed === "cleared" && after.record === null ? "deleted" : deed;
  return {
    summary: `${key} ${what} the record of ${holder}, which was good for ${formatMillis(leftOf(view, step))} more`,
    incarnations: [key],
    from: invoke.at,
    to: after.at,
    evidence: inOrder([
      {
        at: before!.at,
        text: `version ${before!.version} named ${holder} for ${formatMillis((before!.record!.durationSeconds ?? 0) * 1000)}, committed ${bounded(before!)}`,
      },
      { at: invoke.at, text: `${key} sent its ${invoke.verb} at ${instant(invoke.at)}` },
      {
        at: after.at,
        text: `version ${after.version} ${what} it, committed ${bounded(after)}`,
      },
      ...faultLines(view, [invoke.replica], { from: before!.at, to: after.at }),
    ]),
  };
}

export const foreignRecord = defineProperty({
  name: NAME,
  summary: "Nobody clears or renews an unexpired record that names another holder.",
  judge(view) {
    const failures: Witness[] = [];
    const hazards: Hazard[] = [];
    let [judged, blind] = [0, 0];
    for (const step of recordSteps(view)) {
      const deed = deedOf(step);
      if (!deed) continue;
      judged += 1;
      if (leftOf(view, step) <= 0) continue;
      if (!step.call) {
        blind += 1;
        continue;
      }
      const { replica } = step.call.invoke;
      if (!isForeign(view, replica, step.before!.record!.holder!, deed)) continue;
      const witness = witnessOf(view, step, deed);
      const clock = faultsOn(view, replica, step.before!.since, step.after.at).find(({ effect }) => effect === "clock");
      if (clock) hazards.push({ ...witness, property: NAME, cause: `${clock.fault} of ${replica}` });
      else failures.push(witness);
    }
    const result = { level: "L0" as const, hazards, witnesses: failures.slice(0, MOST_WITNESSES) };
    if (failures.length > 0)
      return {
        ...result,
        verdict: "fail",
        direct: true,
        reason: `${failures[0]!.summary}${failures.length > 1 ? `; ${failures.length} such writes in all` : ""}`,
      };
    const unknown = (reason: string) => ({ ...result, verdict: "unknown" as const, reason });
    if (judged === 0) return unknown("no renewal and no release was seen");
    if (blind > 0) return unknown(`${counted(blind, "write")} of the record could not be followed at the gates`);
    return {
      ...result,
      verdict: "pass",
      reason: `${counted(judged, "write")} that renewed or gave up the record, each by its holder${hazards.length > 0 ? ` but for ${counted(hazards.length, "hazard")}` : ""}`,
    };
  },
});
