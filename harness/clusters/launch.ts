import { substitute } from "../electors/environment.ts";
import { programOf } from "../electors/programs.ts";
import type { Container } from "../kubernetes/rollout/types.ts";
import type { Launch } from "./runtime.ts";

/** A container's whole environment: the harness's own variables win over its own. */
export const environmentOf = (
  container: Container,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  ...Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value ?? ""])),
  ...env,
});

/** A container's command as a process of this machine; a program that cannot be found is left to the start to refuse. */
export async function launchOf(
  container: Container,
  env: Readonly<Record<string, string>>,
  elsewhere: string,
): Promise<Launch> {
  const directory = container.workingDir ?? elsewhere;
  const all = environmentOf(container, env);
  const [word = "", ...rest] = substitute([...(container.command ?? []), ...(container.args ?? [])], all);
  return { argv: [(await programOf(word, directory, all["PATH"])) ?? word, ...rest], env: all, directory };
}
