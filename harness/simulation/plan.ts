import type { Profile } from "../core/elector.ts";
import type { Millis } from "../core/time.ts";
import type { SimulatedTiming } from "./elector.ts";
import type { ObserverPlan } from "./observer.ts";

/** What is done to a replica; spans in ms of virtual time. */
export type SimulatedFault = {
  readonly kind:
    | "kill"
    | "evict"
    | "restart"
    | "pause"
    | "starve"
    | "blackhole"
    | "refuse"
    | "slow-request"
    | "slow-reply"
    | "status"
    | "lose-reply"
    | "delete-record";
  readonly at: number;
  /** How long it is held; kill, evict, restart and delete-record hold nothing. */
  readonly hold: number;
  /** Whom: who says that it leads (else the oldest), or the n-th of those that live. */
  readonly target: "leader" | number;
  /** slow-request, slow-reply: the delay of each call. */
  readonly delay?: number;
  /** status: what is answered. */
  readonly status?: number;
  /** lose-reply and status: how many calls; slow-*: writes only where set. */
  readonly times?: number;
  readonly writesOnly?: boolean;
};

/** One simulated trial: everything that its history depends on, beside the elector. */
export type SimulationPlan = {
  readonly seed: number;
  readonly replicas: number;
  readonly timing: SimulatedTiming;
  readonly duration: Millis;
  readonly faults: readonly SimulatedFault[];
  /** One way through the network takes U(min, max) ms. */
  readonly latency: { readonly min: number; readonly max: number };
  readonly observer: ObserverPlan;
  /** Replicas' wall clocks are wrong by up to so many ms, either way. */
  readonly wallSpread: number;
  /** Their L and D are up to so many times the declared ones. */
  readonly timingSpread: number;
  /** Between two acts of the leader's work, in ms; without it there is no work. */
  readonly actEvery?: number;
  /** table (default): the store's lease path alone. store: the embedded cluster's whole store. */
  readonly api?: "table" | "store";
};

/** What the history's header says of the elector. */
export type SimulatedProfile = {
  readonly name: string;
  readonly release: boolean;
  readonly fencing: boolean;
  readonly profile: Profile;
};
