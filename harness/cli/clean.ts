import { clean } from "../runner/clean.ts";
import { EXIT, explain } from "./exit.ts";

/** `clean`: says what it ended and removed, and what it could not. */
export async function cleanCommand(options: { readonly output?: "json" }): Promise<number> {
  const { cleaned, problems } = await clean();
  if (options.output === "json") console.log(JSON.stringify(cleaned, undefined, 2));
  else if (cleaned.length + problems.length === 0) console.log("nothing was left behind");
  else
    for (const { run, processes, containers, removed, undone } of cleaned)
      console.log(
        `run ${run}: ended ${named(processes, "processes")}${containers.length > 0 ? `, removed ${named(containers, "containers and networks")}` : ""}${undone.map((what) => `, ${what}`).join("")}${removed.map((what) => `, removed the ${what}`).join("")}`,
      );
  for (const problem of problems) explain(problem);
  return problems.length > 0 ? EXIT.harness : EXIT.pass;
}

const named = (all: readonly (number | string)[], what: string): string =>
  `${all.length} ${what}${all.length > 0 ? ` (${all.join(", ")})` : ""}`;
