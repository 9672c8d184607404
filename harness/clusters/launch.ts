import { substitute } from "../electors/environment.ts";
import { programOf } from "../electors/programs.ts";
import type { Container } from "../kubernetes/rollout/types.ts";
import type { Launch } from "./pod-host.ts";

/** The harness's own variables win over the container's; a program that cannot be found is left to the start to refuse. */
export async function launchOf(
  container: Container,
  env: Readonly<Record<string, string>>,
  elsewhere: string,
): Promise<Launch> {
  const directory = container.workingDir ?? elsewhere;
  const own = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value ?? ""]));
  const all = { ...own, ...env };
  const [word = "", ...rest] = substitute([...(container.command ?? []), ...(container.args ?? [])], all);
  return { argv: [(await programOf(word, directory, all["PATH"])) ?? word, ...rest], env: all, directory };
}
