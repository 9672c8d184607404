import { allProperties } from "../checkers/index.ts";
import { contextNames } from "../clusters/context/kubeconfig.ts";
import { InputError } from "../core/errors.ts";
import { listElectors, listMutants } from "../electors/catalogue.ts";
import { allFaults } from "../faults/index.ts";
import { listHomes } from "../runner/homes.ts";
import { plainText } from "../report/safe.ts";
import { loadScenario, scenarioNames } from "../runner/scenarios.ts";
import { EXIT } from "./exit.ts";

type Row = { readonly name: string; readonly summary: string };

const sources: Record<string, () => Promise<readonly Row[]>> = {
  scenarios: async () =>
    Promise.all(scenarioNames().map(async (name) => ({ name, summary: (await loadScenario(name)).summary }))),
  electors: async () =>
    (await Promise.all([listElectors(), listMutants()])).flat().map(({ name, summary }) => ({ name, summary })),
  clusters: async () => [
    ...listHomes(),
    ...(await contextNames()).map((name) => ({ name, summary: "a context of your kubeconfig; pods from images" })),
  ],
  faults: async () => allFaults.map(({ definition: { name, summary } }) => ({ name, summary })),
  properties: async () => allProperties.map(({ name, summary }) => ({ name, summary })),
};

/** What can be listed. */
export const listed: readonly string[] = Object.keys(sources);

/** `list scenarios|electors|clusters|faults|properties`: a line each. */
export async function list(what: string, options: { readonly output?: "json" }): Promise<number> {
  const source = sources[what];
  if (source === undefined)
    throw new InputError(`nothing is listed under "${what}"`, {}, `list one of ${listed.join(", ")}`);
  const rows = await source();
  const width = Math.max(...rows.map((row) => row.name.length));
  if (options.output === "json") console.log(JSON.stringify(rows, undefined, 2));
  else for (const row of rows) console.log(plainText(`${row.name.padEnd(width)}  ${row.summary}`));
  return EXIT.pass;
}
