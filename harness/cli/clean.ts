import { clean } from "../runner/clean.ts";
import { EXIT } from "./exit.ts";

/** `clean`: says what it ended and removed. */
export async function cleanCommand(options: { readonly output?: "json" }): Promise<number> {
  const cleaned = clean();
  if (options.output === "json") console.log(JSON.stringify(cleaned, undefined, 2));
  else if (cleaned.length === 0) console.log("nothing was left behind");
  else
    for (const { run, processes } of cleaned)
      console.log(
        `run ${run}: ended ${processes.length} processes${processes.length > 0 ? ` (${processes.join(", ")})` : ""}`,
      );
  return EXIT.pass;
}
