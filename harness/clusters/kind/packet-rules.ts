import type { PacketRule } from "../../core/cluster.ts";

/** Where a replica finds its gate. */
export type GateAddress = { readonly host: string; readonly port: number };

/** The packet filters of one family, as its `iptables-restore` reads them. */
export type Filters = { readonly family: 4 | 6; readonly add: string; readonly remove: string };

/** The device of a pod's network that leads out of it: CNI names it so by default. */
const DEVICE = "eth0";
/** A queue that is ours. */
const HANDLE = "1e66:";

const familyOf = (host: string): 4 | 6 => (host.includes(":") ? 6 : 4);

/** What a rule of ours carries, so that nobody else's is taken away, nor another's of ours. */
export const commentOf = (fault: string): string => `interregnum ${fault}`;

/** A rule as packet filters, of both families where it concerns both; none where it is no filter. */
export function filtersOf(rule: PacketRule, gate: GateAddress, fault: string): readonly Filters[] {
  if (rule.kind === "delay") return [];
  const mark = `-m comment --comment "${commentOf(fault)}"`;
  const chance = rule.kind === "loss" ? ` -m statistic --mode random --probability ${rule.share.toFixed(4)}` : "";
  const only = rule.kind === "drop" && rule.to === "api";
  const ways = (["in", "out"] as const).filter(
    (way) => rule.kind === "loss" || rule.direction === undefined || rule.direction === way,
  );
  const specs = ways.map((way) => {
    const [chain, device] = way === "in" ? ["INPUT", "! -i lo"] : ["OUTPUT", "! -o lo"];
    const end =
      way === "in" ? `-s ${gate.host} -p tcp --sport ${gate.port}` : `-d ${gate.host} -p tcp --dport ${gate.port}`;
    return `${chain} ${device}${only ? ` ${end}` : ""}${chance} ${mark} -j DROP`;
  });
  const table = (verb: string): string => `*filter\n${specs.map((spec) => `${verb} ${spec}\n`).join("")}COMMIT\n`;
  const families = only ? [familyOf(gate.host)] : ([4, 6] as const);
  return families.map((family) => ({ family, add: table("-I"), remove: table("-D") }));
}

/** How many packets the filters of a fault have touched, by what `iptables-save --counters` prints. */
export function touchedIn(saved: string, fault: string): number {
  const ours = saved.split("\n").filter((line) => line.includes(`--comment "${commentOf(fault)}"`));
  return ours.reduce((sum, line) => sum + Number(/^\[(\d+):/.exec(line)?.[1] ?? 0), 0);
}

/** The queue that delays, as words of `tc`; undefined where the rule is none. */
export const queueOf = (
  rule: PacketRule,
): { readonly add: readonly string[]; readonly remove: readonly string[] } | undefined =>
  rule.kind === "delay"
    ? {
        add: [
          "tc",
          "qdisc",
          "add",
          "dev",
          DEVICE,
          "root",
          "handle",
          HANDLE,
          "netem",
          "delay",
          `${Math.ceil(rule.by)}ms`,
          "limit",
          "10000",
        ],
        remove: ["tc", "qdisc", "del", "dev", DEVICE, "root", "handle", HANDLE],
      }
    : undefined;
