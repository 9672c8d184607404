import type { CallMatch, Disturbance } from "../core/disturbance.ts";
import { assert } from "../core/errors.ts";
import type { Verb } from "../core/events.ts";

/** What the simulated gate can do of all that the real one can. */
type Simulated = Extract<Disturbance, { readonly kind: "blackhole" | "refuse" | "latency" | "status" | "lose-reply" }>;
type OnCalls = Exclude<Simulated, { readonly kind: "blackhole" | "refuse" }>;
const kinds: ReadonlySet<string> = new Set(["blackhole", "refuse", "latency", "status", "lose-reply"]);
const isSimulated = (disturbance: Disturbance): disturbance is Simulated =>
  kinds.has(disturbance.kind) && !(disturbance.kind === "blackhole" && disturbance.direction !== undefined);

type Entry = { readonly disturbance: Simulated; readonly fault: string; readonly hit: () => void; left: number };

/** What will be done to one call: drawn up once, when it arrives, by the rules of the gate. */
export type CallPlan = {
  before: number;
  after: number;
  status?: number;
  lose?: true;
  fault?: string;
};

const matches = (match: CallMatch, verb: Verb, object: string): boolean =>
  (match.verbs === undefined || match.verbs.includes(verb)) &&
  (match.resources === undefined || match.resources.includes("leases")) &&
  (match.objects === undefined || match.objects.includes(object));

function shape(plan: CallPlan, { disturbance, fault }: Entry & { readonly disturbance: OnCalls }): boolean {
  switch (disturbance.kind) {
    case "latency":
      plan.before += disturbance.before;
      plan.after += disturbance.after;
      plan.fault ??= fault;
      return true;
    case "status":
    case "lose-reply":
      if (plan.status !== undefined || plan.lose) return false; // one end a call
      if (disturbance.kind === "status") plan.status = disturbance.status;
      else plan.lose = true;
      plan.fault = fault;
      return true;
    default:
      throw disturbance satisfies never;
  }
}

/** The disturbances in force at one gate. */
export class Disturbed {
  readonly #entries = new Set<Entry>();

  /** The returned function lifts it. `hit` is told of each call that it shapes. */
  add(disturbance: Disturbance, fault: string, hit: () => void): () => void {
    assert(isSimulated(disturbance), `the simulation has no disturbance ${disturbance.kind}`);
    const times = "times" in disturbance ? (disturbance.times ?? Infinity) : Infinity;
    const entry: Entry = { disturbance, fault, hit, left: times };
    this.#entries.add(entry);
    return () => this.#entries.delete(entry);
  }

  /** The path's state: silence wins over refusal. */
  path(): { readonly kind: "blackhole" | "refuse"; readonly fault: string; readonly hit: () => void } | undefined {
    let found: Entry | undefined;
    for (const entry of this.#entries)
      if (entry.disturbance.kind === "blackhole" || (entry.disturbance.kind === "refuse" && found === undefined)) {
        if (found === undefined || found.disturbance.kind === "refuse") found = entry;
      }
    if (found === undefined) return undefined;
    return {
      kind: found.disturbance.kind as "blackhole" | "refuse",
      fault: found.fault,
      hit: found.hit,
    };
  }

  plan(verb: Verb, object: string): CallPlan | undefined {
    if (this.#entries.size === 0) return undefined;
    const plan: CallPlan = { before: 0, after: 0 };
    for (const entry of this.#entries) {
      const { disturbance } = entry;
      if (disturbance.kind === "blackhole" || disturbance.kind === "refuse") continue;
      if (entry.left <= 0 || !matches(disturbance.match, verb, object)) continue;
      if (!shape(plan, { ...entry, disturbance })) continue;
      entry.left -= 1;
      entry.hit();
    }
    return plan.fault === undefined ? undefined : plan;
  }
}
