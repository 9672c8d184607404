import type { ActiveRule, PacketRule } from "../../core/cluster.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { type Clock, type Millis, millis } from "../../core/time.ts";
import { runProgram } from "../../electors/program.ts";
import { type GateAddress, filtersOf, queueOf, touchedIn } from "./packet-rules.ts";
import { netLives, type PodNet, runIn, waitIn, type Waiting } from "./pod-net.ts";
import type { NoteUndo } from "./undo.ts";

const restore = (family: 4 | 6): readonly string[] => [
  family === 4 ? "iptables-restore" : "ip6tables-restore",
  "--noflush",
];
const save = (family: 4 | 6): readonly string[] => [family === 4 ? "iptables-save" : "ip6tables-save", "--counters"];

export type Laying = {
  readonly net: PodNet;
  readonly gate: GateAddress;
  readonly clock: Clock;
  readonly note: NoteUndo;
};

/** Lays a rule upon the packets of a pod, in its own network; noted before, so that `clean` can take it away. */
export async function layRule(
  rule: PacketRule,
  fault: string,
  laying: Laying,
  signal: AbortSignal,
): Promise<ActiveRule> {
  const queue = queueOf(rule);
  if (queue !== undefined) return layQueue(queue, laying, signal);
  const { net, gate, clock, note } = laying;
  const filters = filtersOf(rule, gate, fault).filter(({ family }) => family === 4 || net.six);
  for (const { family, remove } of filters)
    note({ kind: "run", what: LIFTED, node: net.node, argv: net.inside(restore(family)), input: remove });
  const waiting = await readyAll(filters.map(({ family }) => waitIn(net, restore(family), signal)));
  const since = clock.now();
  const laid = await Promise.allSettled(filters.map(({ add }, index) => waiting[index]!.give(add)));
  const lift = ({ family, remove }: (typeof filters)[number], within: AbortSignal): Promise<void> =>
    unlessGone(net, runIn(net, restore(family), within, remove), within);
  const failed = laid.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    // One that was cut short may be in force, or not: then there is nothing to be lifted, and that fails.
    await Promise.allSettled(filters.map((each) => lift(each, AbortSignal.timeout(UNDO))));
    throw failed.reason;
  }
  return {
    since,
    reach: (timeout, within) => reachFrom(net, gate, timeout, within),
    async touched(lookSignal) {
      const saved = await Promise.all(filters.map(({ family }) => runIn(net, save(family), lookSignal)));
      return saved.reduce((sum, text) => sum + touchedIn(text, fault), 0);
    },
    async lift(healSignal) {
      await Promise.all(filters.map((each) => lift(each, healSignal)));
    },
  };
}

const LIFTED = "lifted a rule of packets";

/** What was laid half is taken away within this, in ms. */
const UNDO = 15_000;

/** All of them, or none: those that wait are dropped when one cannot. */
async function readyAll(starting: readonly Promise<Waiting>[]): Promise<readonly Waiting[]> {
  const outcomes = await Promise.allSettled(starting);
  const ready = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed === undefined) return ready;
  for (const each of ready) each.drop();
  throw failed.reason;
}

async function layQueue(
  { add, remove }: NonNullable<ReturnType<typeof queueOf>>,
  { net, gate, clock, note }: Laying,
  signal: AbortSignal,
): Promise<ActiveRule> {
  note({ kind: "run", what: LIFTED, node: net.node, argv: net.inside(remove) });
  const since = clock.now();
  const lift = (within: AbortSignal): Promise<void> => unlessGone(net, runIn(net, remove, within), within);
  try {
    await runIn(net, add, signal);
  } catch (error) {
    await lift(AbortSignal.timeout(UNDO)).catch(() => {}); // it may be in force, or not
    if (!/qdisc kind is unknown/.test(messageOf(error))) throw error;
    throw new HarnessError("the kernel of this machine cannot delay packets: it has no netem", {
      cause: error,
      mend: "`modprobe sch_netem`; some distributions have it in linux-modules-extra",
    });
  }
  const reach: ActiveRule["reach"] = (timeout, within) => reachFrom(net, gate, timeout, within);
  return { since, reach, touched: async () => undefined, lift };
}

/** With a pod went its network, and its rules. */
async function unlessGone(net: PodNet, lifting: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await lifting;
  } catch (error) {
    if (await netLives(net, signal)) throw error;
  }
}

/** Connects to $0 port $1 and prints when it began and when it stood, in seconds. */
const CONNECT = 'LC_ALL=C; a=$EPOCHREALTIME; exec 3<>"/dev/tcp/$0/$1" || exit 7; echo "$a $EPOCHREALTIME"';

/** How long a connection to the gate takes from the pod's network; undefined when none stands within `timeout` ms. */
export async function reachFrom(
  net: PodNet,
  { host, port }: GateAddress,
  timeout: Millis,
  signal: AbortSignal,
): Promise<Millis | undefined> {
  const argv = net.inside(["timeout", String(timeout / 1000), "bash", "-c", CONNECT, host, String(port)]);
  const { code, stdout, stderr } = await runProgram(["docker", "exec", net.node, ...argv], signal);
  if (code === 0) {
    const [from = 0, to = 0] = stdout.trim().split(" ").map(Number);
    return millis((to - from) * 1000);
  }
  if (code === 124 || code === 7) return undefined;
  throw new HarnessError(
    `a question from the network of a pod on ${net.node} failed (status ${code}): ${stderr.trim()}`,
  );
}
