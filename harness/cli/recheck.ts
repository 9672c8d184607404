import { recheck } from "../runner/recheck.ts";
import { formatMillis } from "../core/time.ts";
import { plainText } from "../report/safe.ts";
import { exitOf } from "./exit.ts";

/** A line of what a history says, which anybody may have written. */
const say = (line: string): void => console.log(plainText(line));

/** `recheck <run dir or history>`: exit status by the verdict of today's checkers. */
export async function recheckCommand(
  path: string,
  options: { readonly strict?: boolean; readonly output?: "json" },
): Promise<number> {
  const result = recheck(path, { strict: options.strict ?? false });
  if (options.output === "json") console.log(JSON.stringify(result, undefined, 2));
  else
    for (const trial of result.trials) {
      say(`${trial.verdict}  trial ${trial.trial} of ${trial.scenario} on ${trial.elector}: ${trial.reason}`);
      if (trial.truncated) say(`  the last line of ${trial.history} was cut and left out`);
      for (const property of trial.properties) {
        say(`  ${property.verdict.padEnd(7)}  ${property.name} (${property.level}): ${property.reason}`);
        for (const { overlap, incarnations, summary } of property.witnesses) {
          const length = overlap ? ` [${formatMillis(overlap.least)}, ${formatMillis(overlap.most)}]` : "";
          say(`           ${incarnations.join(" and ")}${length}: ${summary}`);
        }
      }
    }
  return exitOf(result.verdict);
}
