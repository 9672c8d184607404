import type { TrialDocument } from "../core/run.ts";
import type { Hazard, Witness } from "../core/verdict.ts";
import type { PageFinding } from "./page-types.ts";
import { formatOverlap } from "./words.ts";

function pageFinding(kind: PageFinding["kind"], property: string, told: Witness | Hazard): PageFinding {
  return {
    kind,
    property,
    summary: told.summary,
    cause: "cause" in told ? told.cause : null,
    incarnations: told.incarnations,
    replicas: [...new Set(told.incarnations.map((key) => key.replace(/#\d+$/, "")))],
    overlap: told.overlap === undefined ? null : formatOverlap(told.overlap),
    from: told.from,
    to: told.to,
    evidence: told.evidence,
  };
}

const rank: Record<PageFinding["kind"], number> = { violation: 0, hazard: 1, known: 2, doubt: 3 };

/** What a trial found: violations first, then hazards, admitted failures and doubts; each as the trial ranks its properties, none twice. */
export function findingsOf(trial: TrialDocument): readonly PageFinding[] {
  const all = trial.properties.flatMap((result) => {
    const kind = result.verdict !== "fail" ? "doubt" : result.known === true ? "known" : "violation";
    return [
      ...result.witnesses.map((witness) => pageFinding(kind, result.name, witness)),
      ...result.hazards.map((hazard) => pageFinding("hazard", result.name, hazard)),
    ];
  });
  all.push(...trial.hazards.map((hazard) => pageFinding("hazard", hazard.property, hazard)));
  const byContent = new Map(
    all.map((finding) => [
      JSON.stringify([finding.kind, finding.property, finding.summary, finding.from, finding.to]),
      finding,
    ]),
  );
  return [...byContent.values()].toSorted((a, b) => rank[a.kind] - rank[b.kind]);
}
