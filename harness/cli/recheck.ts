import { recheck } from "../runner/recheck.ts";
import { formatMillis } from "../core/time.ts";
import { exitOf } from "./exit.ts";

/** `recheck <run dir or history>`: exit status by the verdict of today's checkers. */
export async function recheckCommand(
  path: string,
  options: { readonly strict?: boolean; readonly output?: "json" },
): Promise<number> {
  const result = recheck(path, { strict: options.strict ?? false });
  if (options.output === "json") console.log(JSON.stringify(result, undefined, 2));
  else
    for (const trial of result.trials) {
      console.log(`${trial.verdict}  trial ${trial.trial} of ${trial.scenario} on ${trial.elector}: ${trial.reason}`);
      if (trial.truncated) console.log(`  the last line of ${trial.history} was cut and left out`);
      for (const property of trial.properties) {
        console.log(`  ${property.verdict.padEnd(7)}  ${property.name} (${property.level}): ${property.reason}`);
        for (const { overlap, incarnations, summary } of property.witnesses) {
          const length = overlap ? ` [${formatMillis(overlap.least)}, ${formatMillis(overlap.most)}]` : "";
          console.log(`           ${incarnations.join(" and ")}${length}: ${summary}`);
        }
      }
    }
  return exitOf(result.verdict);
}
