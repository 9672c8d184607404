import { incarnationKey } from "../core/events.ts";
import { defineProperty } from "../core/property.ts";
import { changesHolder, type RecordStep, recordSteps } from "../core/record-steps.ts";
import { isWrite } from "../core/reading.ts";
import type { Witness } from "../core/verdict.ts";
import { type Call, perView, type View } from "../core/view.ts";
import { bounded, counted, faultLines, inOrder, instant, MOST_WITNESSES } from "./evidence.ts";

/** Changes of the holder. A deletion leaves none to contend with; foreign-record judges whose record it was. */
const changesOf = perView((view) =>
  recordSteps(view).filter(
    (step) => step.after.fault === undefined && step.after.record !== null && changesHolder(step),
  ),
);

/**
 * What each incarnation was told of the versions that holders changed on: which, and whether some reading of the lock
 * may have told it others.
 */
const toldTo = perView((view) => {
  const wanted = new Set(changesOf(view).map(({ call }) => call?.invoke.version));
  const told = new Map<string, { readonly versions: Set<string>; open: boolean }>();
  for (const { invoke, end } of view.calls) {
    const key = incarnationKey(invoke);
    const known = told.get(key) ?? { versions: new Set<string>(), open: false };
    told.set(key, known);
    if (end?.version !== undefined) {
      if (wanted.has(end.version)) known.versions.add(end.version);
    }
    // A watch or list, and a reply that the gate could not read, may have brought any version.
    else if (!isWrite(invoke) || end?.committed) known.open = true;
    if (invoke.verb === "watch" || invoke.verb === "list") known.open = true;
  }
  return told;
});

/** Whether the author can have had the version from its own reading. */
function wasTold(view: View, { invoke }: Call): boolean {
  const told = toldTo(view).get(incarnationKey(invoke));
  return told === undefined || told.open || told.versions.has(invoke.version!);
}

const nameOf = (event: RecordStep["before"]): string => event?.record?.holder || "nobody";

function witnessOf(view: View, { before, after, call }: RecordStep): Witness {
  const { invoke } = call!;
  const key = incarnationKey(invoke);
  return {
    summary: `${key} passed the record from ${nameOf(before)} to ${nameOf(after)} by a${invoke.verb === "update" ? "n update" : ` ${invoke.verb}`} without a resourceVersion`,
    incarnations: [key],
    from: invoke.at,
    to: after.at,
    evidence: inOrder([
      ...(before
        ? [
            {
              at: before.at,
              text: `version ${before.version} named ${nameOf(before)}, committed ${bounded(before)}`,
            },
          ]
        : []),
      { at: invoke.at, text: `${key} sent its ${invoke.verb} at ${instant(invoke.at)}, preconditioned on no version` },
      { at: after.at, text: `version ${after.version} named ${nameOf(after)}, committed ${bounded(after)}` },
      ...faultLines(view, [invoke.replica], { from: invoke.at, to: after.at }),
    ]),
  };
}

export const conditionalWrites = defineProperty({
  name: "conditional-writes",
  summary: "Every write that changes the holder is preconditioned on the version its author last read.",
  judge(view) {
    const changes = changesOf(view);
    // A create is conditional by itself: the API refuses it where the object exists.
    const bare = changes.filter(
      ({ call }) => call && call.invoke.verb !== "create" && call.invoke.version === undefined,
    );
    const result = {
      level: "L0" as const,
      hazards: [],
      witnesses: bare.slice(0, MOST_WITNESSES).map((step) => witnessOf(view, step)),
    };
    if (bare.length > 0)
      return {
        ...result,
        verdict: "fail",
        direct: true,
        reason: `${result.witnesses[0]!.summary}${bare.length > 1 ? `; ${bare.length} such writes in all` : ""}`,
      };
    const unknown = (reason: string) => ({ ...result, verdict: "unknown" as const, reason });
    if (changes.length === 0) return unknown("no replica was seen to change the record's holder");
    const blind = changes.filter(({ call }) => call === undefined).length;
    if (blind > 0) return unknown(`${counted(blind, "change")} of the holder could not be followed at the gates`);
    const untold = changes.find(({ call }) => call!.invoke.version !== undefined && !wasTold(view, call!));
    if (untold) {
      const { invoke } = untold.call!;
      return unknown(
        `${incarnationKey(invoke)} wrote at ${instant(invoke.at)} on version ${invoke.version}, which it was never seen to read`,
      );
    }
    return {
      ...result,
      verdict: "pass",
      reason: `the holder changed ${counted(changes.length, "time")}, each by a create or on a version`,
    };
  },
});
