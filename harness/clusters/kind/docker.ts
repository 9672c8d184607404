import { outputOf } from "../../electors/program.ts";

/** Runs a program of a node; HarnessError when it does not end with 0. */
export const inNode = (node: string, argv: readonly string[], signal: AbortSignal): Promise<string> =>
  outputOf(["docker", "exec", node, ...argv], signal);
