import type { Schedule, ScheduledFault, ScheduledStep, Start } from "../core/scenario.ts";
import { formatMillis } from "../core/time.ts";
import { plural } from "./words.ts";

const faultText = ({ fault, parameters }: ScheduledFault): string => {
  const { target, ...rest } = parameters;
  const others = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const aim = target === undefined ? "" : ` ${typeof target === "string" ? target : JSON.stringify(target)}`;
  return `${fault}${aim}${others.length > 0 ? ` (${others.join(", ")})` : ""}`;
};

/** One step of a schedule in words: what, when, for how long. */
export function stepText(step: Start | ScheduledStep): string {
  switch (step.kind) {
    case "start":
      return `${plural(step.replicas, "replica")}, ${step.strategy.type}`;
    case "settle":
      return `settle, then ${formatMillis(step.ms)}`;
    case "rollout":
      return `rolling update${step.to === undefined ? "" : ` to its ${step.to}`}${besideText(step.beside)}, then ${formatMillis(step.ms)}`;
    case "inject": {
      const by = step.when?.by === undefined ? "" : `, brought about by ${faultText(step.when.by)}`;
      const when = step.when === undefined ? "" : ` at ${step.when.moment}${by}`;
      const hold = step.ms === 0 ? "" : ` for ${formatMillis(step.ms)}`;
      const until = step.until === undefined ? "" : ` or until ${step.until}`;
      return `${faultText(step)}${when}${besideText(step.beside)}${hold}${until}`;
    }
    default:
      throw step satisfies never;
  }
}

const besideText = (beside: number | undefined): string =>
  beside === undefined ? "" : `, ${formatMillis(beside)} into what comes before`;

/** A schedule in one line: the steps in which something is done. */
export const scheduleText = (schedule: Schedule): string =>
  schedule
    .filter((step) => step.kind !== "settle")
    .map(stepText)
    .join("; ");
