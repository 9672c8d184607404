import { faultsOn, storedLease } from "../core/contract.ts";
import { firstIndex } from "../core/intervals.ts";
import { pausedFor } from "../core/pauses.ts";
import { defineProperty } from "../core/property.ts";
import { isWrite } from "../core/reading.ts";
import { lockCalls, type Renewal, renewalsOf } from "../core/renewals.ts";
import { REPLY_ALLOWANCE } from "../core/scenario.ts";
import { stallsOf } from "../core/stalls.ts";
import { coreOf, isContradictory } from "../core/tenure.ts";
import { termsOf } from "../core/terms.ts";
import { formatMillis, millis } from "../core/time.ts";
import type { Hazard, Witness } from "../core/verdict.ts";
import type { Call, Tenure, View } from "../core/view.ts";
import { replyTimeOf } from "../core/trouble.ts";
import { EPSILON } from "./at-most-one-leader.ts";
import {
  claimLine,
  counted,
  endLine,
  faultLines,
  inOrder,
  instant,
  largest,
  MOST_WITNESSES,
  statementLevel,
} from "./evidence.ts";

const NAME = "step-down";

/** A stretch of belief after a renewal that no other one followed in time. */
type Stretch = {
  readonly tenure: Tenure;
  readonly renewed: Renewal;
  readonly deadline: number;
  /** Belief is certain until here. */
  readonly until: number;
  /** What kept it from renewing, in words; undefined when nothing was seen to. */
  readonly hindrance: string | undefined;
};

/** The deadline of who had its last reply as soon as can be. */
const soonest = ({ deadline, renewed }: Stretch): number => deadline - (renewed.at - renewed.since);

const overrun = ({ until, deadline }: Stretch): boolean => until > deadline;

/** D + P + grace past the renewal, in ms, and what it was paused or stalled meanwhile; no later than `limit` matters. */
function deadlineAfter(view: View, tenure: Tenure, { at, commit }: Renewal, limit: number): number {
  const { timing } = view.header.elector;
  // A replica whose record lasts longer than declared was set up with longer timings of its own.
  const seconds = commit.call.invoke.record?.durationSeconds ?? commit.call.end?.record?.durationSeconds ?? 0;
  const scale = Math.max(1, (seconds * 1000) / Math.max(storedLease(timing), timing.leaseDuration));
  const grace = Math.max(REPLY_ALLOWANCE, replyTimeOf(view));
  const promised = at + scale * (timing.renewDeadline! + timing.retryPeriod) + EPSILON + grace;
  const stalled = stallsOf(view);
  let deadline = promised;
  for (let previous = at as number; deadline > previous && deadline < limit;) {
    previous = deadline;
    const paused = pausedFor(view, tenure.replica, at, deadline);
    deadline = promised + paused + stalled(tenure.key, at, previous) + stalled("harness", at, previous);
  }
  return deadline;
}

const failed = ({ invoke, end }: Call): boolean => isWrite(invoke) && (end === undefined || end.type !== "ok");

/** What kept the replica from renewing until its deadline: a fault on its path, or writes of the lock that failed. */
function hindranceOf(view: View, tenure: Tenure, from: number, to: number): string | undefined {
  const fault = faultsOn(view, tenure.replica, from, to).find(
    ({ effect, healed }) =>
      (effect === "cut" || effect === "api" || effect === "delay") && (healed === undefined || healed >= to),
  );
  if (fault) return `${fault.fault} (${fault.id})`;
  const calls = lockCalls(view).get(tenure.key) ?? [];
  const tries: Call[] = [];
  for (let i = firstIndex(calls.length, (at) => calls[at]!.invoke.at > from); i < calls.length; i += 1) {
    if (calls[i]!.invoke.at >= to) break;
    if (failed(calls[i]!)) tries.push(calls[i]!);
  }
  const last = tries.at(-1);
  return last && `${counted(tries.length, "write")} that failed, the last at ${instant(last.invoke.at)}`;
}

/** Every renewal of a term with what came of it, where the next one did not come before the deadline. */
function stretchesOf(view: View, tenure: Tenure): Stretch[] {
  const renewals = renewalsOf(view).get(tenure.key) ?? [];
  const core = coreOf(tenure);
  const stretches: Stretch[] = [];
  // The acquire was sent before the claim, but its reply may be noted after it.
  const first = firstIndex(renewals.length, (index) => renewals[index]!.commit.since > core.from) - 1;
  for (let i = Math.max(0, first); i < renewals.length && renewals[i]!.since < tenure.end.at; i += 1) {
    const renewed = renewals[i]!;
    const next = renewals[i + 1]?.since ?? Infinity;
    const until = Math.min(core.to, next);
    const closing = Math.min(next, tenure.end.at);
    if (closing === next && next - renewed.at <= view.header.elector.timing.renewDeadline!) continue; // in time
    const deadline = deadlineAfter(view, tenure, renewed, closing);
    if (closing === next && until <= deadline) continue;
    if (tenure.start.at > deadline) continue; // a renewal of an earlier term
    const hindrance = hindranceOf(view, tenure, renewed.since, Math.min(deadline, closing));
    stretches.push({ tenure, renewed, deadline, until, hindrance });
  }
  return stretches;
}

/** Whether the stretch ended by the replica's own doing while it could not renew: what the property asks for. */
function stoppedItself(view: View, { tenure, until, hindrance }: Stretch): boolean {
  if (hindrance === undefined || until !== tenure.end.since) return false;
  if (tenure.ending !== "disclaim" && tenure.ending !== "exit") return false;
  const { since, at } = tenure.end;
  return !faultsOn(view, tenure.replica, since, at).some(({ effect }) => effect === "end");
}

function witnessOf(view: View, { tenure, renewed, deadline, until, hindrance }: Stretch): Witness {
  return {
    summary: `${tenure.key} led on for ${formatMillis(until - renewed.at)} after its last renewal that succeeded; it had to stop within ${formatMillis(deadline - renewed.at)}`,
    incarnations: [tenure.key],
    from: millis(deadline),
    to: millis(until),
    evidence: inOrder([
      claimLine(tenure),
      { at: renewed.at, text: `${tenure.key} learned at ${instant(renewed.at)} that it had renewed` },
      { at: millis(deadline), text: `D + P after that, and all pauses and stalls, were over at ${instant(deadline)}` },
      { at: millis(until), text: `${tenure.key} was kept from renewing by ${hindrance}` },
      endLine(tenure),
      ...faultLines(view, [tenure.replica], { from: renewed.at, to: until }),
    ]),
  };
}

export const stepDown = defineProperty({
  name: NAME,
  summary: "A running replica that cannot renew disclaims within its renewDeadline and retryPeriod.",
  inapplicable: ({ header: { elector } }) =>
    elector.timing.renewDeadline === undefined ? "the elector declares no renewDeadline" : undefined,
  judge(view) {
    const level = statementLevel(view);
    const none = { level, witnesses: [], hazards: [] };
    const unknown = (reason: string, hazards: readonly Hazard[] = []) => ({
      ...none,
      hazards,
      verdict: "unknown" as const,
      reason,
    });
    if (view.header.elector.timing.renewDeadline === undefined)
      return unknown("the elector declares no renewDeadline, so there is nothing to hold it to");
    if (level === "L0") return unknown("only the record was observed, and it does not tell who believes that it leads");
    if (view.calls.length === 0) return unknown("no gate saw a call, so no renewal could be seen");
    const stretches = termsOf(view)
      .filter((tenure) => !isContradictory(tenure))
      .flatMap((tenure) => stretchesOf(view, tenure));
    const over = stretches.filter(overrun);
    const failures: Witness[] = [];
    const hazards: Hazard[] = [];
    for (const stretch of over.filter(({ hindrance }) => hindrance !== undefined)) {
      const { tenure, renewed, until } = stretch;
      const witness = witnessOf(view, stretch);
      const clock = faultsOn(view, tenure.replica, renewed.at, until).find(({ effect }) => effect === "clock");
      if (clock) hazards.push({ ...witness, property: NAME, cause: `${clock.fault} of ${tenure.replica}` });
      else failures.push(witness);
    }
    const result = { ...none, hazards, witnesses: failures.slice(0, MOST_WITNESSES) };
    if (failures.length > 0) return { ...result, verdict: "fail", reason: failures[0]!.summary };
    const idle = over.find(({ hindrance }) => hindrance === undefined);
    if (idle)
      return unknown(
        `${idle.tenure.key} led on past ${instant(idle.deadline)} without renewing, though nothing was seen to hinder it`,
        hazards,
      );
    const tested = stretches.filter((stretch) => !overrun(stretch) && stoppedItself(view, stretch));
    const doubtful = tested.find((stretch) => stretch.tenure.end.at > soonest(stretch));
    if (doubtful)
      return unknown(
        `${doubtful.tenure.key} had to stop by ${instant(soonest(doubtful))}, and the bounds of its end reach past that`,
        hazards,
      );
    if (tested.length + hazards.length === 0)
      return { ...unknown("no leader was kept from renewing until it stopped by itself"), idle: true };
    const slack = tested.map(({ tenure, renewed }) => tenure.end.at - renewed.since);
    return {
      ...result,
      verdict: "pass",
      reason: `${counted(tested.length, "leader")} could not renew and stopped in time, at most ${formatMillis(largest(slack))} after the last renewal${hazards.length > 0 ? `, but for ${counted(hazards.length, "hazard")}` : ""}`,
    };
  },
});
