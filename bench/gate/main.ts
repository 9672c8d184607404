// `node bench/gate/main.ts [renewals]`: PUTs of Leases to the embedded API, directly, through Toxiproxy's server and through
// gates that record every call, in turns within one run; prints p50 and p99 of each, and what the gate adds against what
// Toxiproxy adds. Exit status 1 when a goal is missed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { goProgram } from "../go-program.ts";
import { quantile } from "../../harness/core/statistics.ts";
import { renewersOf, type Renewer } from "./renewals.ts";
import { startServer } from "./server.ts";

const WAYS = ["direct", "toxiproxy", "gate"] as const;
/**
 * At p50 the gate adds at most `goal` times what Toxiproxy adds. Sixteen connections rest between their renewals, as
 * replicas do: without rest they queue before the API, and the queue hides whatever stands before it.
 */
const CASES = [
  { connections: 1, rest: 0, goal: 2.5 },
  { connections: 16, rest: 20, goal: 4 },
] as const;
/** Renewals of all connections in one turn of one way. */
const TURN = 320;

type Latencies = Record<(typeof WAYS)[number], number[]>;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Each way in turn, and the order turned each time; `total` renewals of each. */
async function measure(renewers: readonly (readonly Renewer[])[], total: number, rest: number): Promise<Latencies> {
  const took: Latencies = { direct: [], toxiproxy: [], gate: [] };
  for (let turn = 0; turn * TURN < total; turn += 1)
    for (let step = 0; step < WAYS.length; step += 1) {
      const way = (turn + step) % WAYS.length;
      const each = await Promise.all(renewers.map((ways) => ways[way]!.renew(TURN / renewers.length, rest)));
      took[WAYS[way]!].push(...each.flat());
    }
  return took;
}

/** Prints one table; whether the goal was reached. */
function report({ connections, rest, goal }: (typeof CASES)[number], latencies: Latencies): boolean {
  const took = {
    direct: latencies.direct.toSorted((a, b) => a - b),
    toxiproxy: latencies.toxiproxy.toSorted((a, b) => a - b),
    gate: latencies.gate.toSorted((a, b) => a - b),
  };
  const p50 = (way: keyof Latencies): number => quantile(took[way], 0.5);
  console.log(
    `\n${connections} connection${connections > 1 ? `s, resting 0 to ${rest} ms` : ""}; ${took.direct.length} renewals each way`,
  );
  for (const way of WAYS) {
    const added = way === "direct" ? "" : `  adds ${(p50(way) - p50("direct")).toFixed(3)} ms at p50`;
    console.log(
      `  ${way.padEnd(10)}p50 ${p50(way).toFixed(3)} ms  p99 ${quantile(took[way], 0.99).toFixed(3)} ms${added}`,
    );
  }
  const ratio = (p50("gate") - p50("direct")) / (p50("toxiproxy") - p50("direct"));
  const reached = p50("toxiproxy") > p50("direct") && ratio <= goal;
  console.log(
    `  the gate adds ${ratio.toFixed(2)} times what Toxiproxy adds; the goal is at most ${goal}${reached ? "" : ": missed"}`,
  );
  return reached;
}

const total = Number(process.argv[2] ?? 9600);
const toxiproxy = await goProgram(new URL("toxiproxy/", import.meta.url), "toxiproxy");
if (toxiproxy === undefined) {
  console.log(
    "bench:gate needs the program `go` to build Toxiproxy's server, and it is not on PATH: nothing was measured",
  );
} else {
  const folder = mkdtempSync(join(tmpdir(), "interregnum-bench-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const api = stack.use(await startServer(process.execPath, [here("api.ts")]));
  const peer = stack.use(await startServer(toxiproxy, [new URL(api.line).host]));
  for (const each of CASES) {
    const { connections, rest } = each;
    const leases = Array.from({ length: connections }, (_, index) => `bench-${connections}-${index}`);
    const history = join(folder, `history-${connections}.jsonl`);
    await using gates = await startServer(process.execPath, [here("gates.ts"), api.line, history, ...leases]);
    const urls = gates.line.split(" ");
    await using own = new AsyncDisposableStack();
    const renewers: Renewer[][] = [];
    for (const [index, lease] of leases.entries()) {
      const ways = await renewersOf(lease, [api.line, `http://${peer.line}`, urls[index]!]);
      for (const way of ways) own.use(way);
      renewers.push(ways);
    }
    await measure(renewers, total / 4, rest); // all sides warm
    if (!report(each, await measure(renewers, total, rest))) process.exitCode = 1;
  }
}
