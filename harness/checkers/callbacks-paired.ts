import { defineProperty } from "../core/property.ts";
import { termsOf } from "../core/terms.ts";
import type { Witness } from "../core/verdict.ts";
import type { View } from "../core/view.ts";
import { claimLine, counted, endLine, inOrder, instant, MOST_WITNESSES, statementLevel } from "./evidence.ts";

function witnessOf(view: View, statement: View["unpaired"][number]): Witness {
  const key = `${statement.replica}#${statement.incarnation}`;
  const own = view.tenures.filter((tenure) => tenure.key === key);
  const before = own.findLast((tenure) => tenure.start.at <= statement.at);
  const after = own.find((tenure) => tenure.start.at > statement.at);
  const claimed = statement.kind === "claim";
  const text = claimed
    ? `${key} said again at ${instant(statement.at)} that it leads, with no disclaim in between`
    : `${key} said at ${instant(statement.at)} that it no longer leads, with no claim before`;
  return {
    summary: text,
    incarnations: [key],
    from: statement.at,
    to: statement.at,
    evidence: inOrder([
      { at: statement.at, text },
      ...(before ? [claimLine(before), endLine(before)] : [{ at: statement.at, text: `${key} had not led before` }]),
      ...(after ? [claimLine(after)] : []),
    ]),
  };
}

export const callbacksPaired = defineProperty({
  name: "callbacks-paired",
  summary: "Every claim is followed by exactly one disclaim or an exit, and no disclaim comes without a claim.",
  inapplicable: ({
    header: {
      elector: { observe },
    },
  }) =>
    observe === "stdout" || observe === "log" ? undefined : `what is observed by ${observe} shows no single claims`,
  judge(view) {
    const result = {
      level: statementLevel(view),
      hazards: [],
      witnesses: view.unpaired.slice(0, MOST_WITNESSES).map((statement) => witnessOf(view, statement)),
    };
    if (view.unpaired.length > 0)
      return {
        ...result,
        verdict: "fail",
        direct: true,
        reason: `${result.witnesses[0]!.summary}${view.unpaired.length > 1 ? `; ${counted(view.unpaired.length, "such statement")} in all` : ""}`,
      };
    const { observe } = view.header.elector;
    if (observe !== "stdout" && observe !== "log")
      return { ...result, verdict: "unknown", reason: `what is observed by ${observe} shows no single calls` };
    const certain = termsOf(view);
    if (certain.length === 0) return { ...result, verdict: "unknown", reason: "no replica ever said that it leads" };
    const hidden = certain.find((tenure) => tenure.ending === "gap");
    if (hidden)
      return {
        ...result,
        verdict: "unknown",
        reason: `a gap hides how ${hidden.key}'s claim at ${instant(hidden.start.at)} ended`,
      };
    const open = certain.filter((tenure) => tenure.ending === "open").length;
    const still = open > 0 ? `, ${open} still led at the end` : "";
    return {
      ...result,
      verdict: "pass",
      reason: `${counted(certain.length, "claim")}, each followed by one disclaim or an exit${still}`,
    };
  },
});
