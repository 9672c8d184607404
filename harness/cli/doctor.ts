import { styleText } from "node:util";
import { doctor } from "../runner/doctor.ts";
import { EXIT } from "./exit.ts";

const marks = {
  ok: styleText("green", "✓"),
  missing: styleText("red", "✗"),
  warning: styleText("yellow", "!"),
} as const;

/** `doctor`: exit 4 only when the harness itself cannot run here. */
export async function doctorCommand(options: { readonly output?: "json" }): Promise<number> {
  const checks = await doctor();
  if (options.output === "json") console.log(JSON.stringify(checks, undefined, 2));
  else
    for (const check of checks) {
      console.log(`${marks[check.status]} ${check.name}: ${check.detail}`);
      if (check.mend !== undefined) console.log(`    mend: ${check.mend}`);
    }
  return checks.some((check) => check.name === "node" && check.status === "missing") ? EXIT.harness : EXIT.pass;
}
