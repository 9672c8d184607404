import type { Capability, Strategy } from "./cluster.ts";
import type { Bound, Profile, Timing } from "./elector.ts";
import type { Minimum } from "./events.ts";
import type { FaultCall } from "./fault.ts";
import type { Property } from "./property.ts";
import { millis, type Millis } from "./time.ts";

/**
 * A span that scales with the elector, drawn from [min, max]: a multiple of L, D or P, of `takeover` (the time within
 * which its profile promises a successor), or plain milliseconds.
 */
export type Span = {
  readonly unit: "lease" | "deadline" | "retry" | "takeover" | "ms";
  readonly min: number;
  readonly max: number;
};

const span =
  (unit: Span["unit"]) =>
  (min: number, max: number = min): Span => ({ unit, min, max });
export const leases = span("lease");
export const deadlines = span("deadline");
export const retries = span("retry");
export const takeovers = span("takeover");
export const milliseconds = span("ms");

/** What one API reply is granted (δ) before one has been measured, in ms. */
export const REPLY_ALLOWANCE = millis(50);

/** leases·L + retries·P + replies·δ, in ms. */
export const boundOf = (bound: Bound, timing: Timing, reply: Millis = REPLY_ALLOWANCE): Millis =>
  millis(bound.leases * timing.leaseDuration + bound.retries * timing.retryPeriod + bound.replies * reply);

/** One unit of the span for this timing, in milliseconds; an elector without D counts it as L. */
export function unitOf(unit: Span["unit"], timing: Timing, profile: Profile): Millis {
  switch (unit) {
    case "lease":
      return timing.leaseDuration;
    case "deadline":
      return timing.renewDeadline ?? timing.leaseDuration;
    case "retry":
      return timing.retryPeriod;
    case "takeover":
      return boundOf(profile.takeover, timing);
    case "ms":
      return millis(1);
    default:
      throw unit satisfies never;
  }
}

/**
 * A moment of the protocol, at which the call it is named for stays at the gate until what was aimed at it is done.
 * write: the leader's next write has arrived. between-read-and-write: a replica has read the lock, and its write has
 * arrived. release: a write that gives the record up has arrived. acquired: a write of a replica that did not lead is
 * committed, and the reply is on its way.
 */
export type Moment = "write" | "between-read-and-write" | "release" | "acquired";

/** A moment to wait for; `by` is a fault that brings it about, injected once the gates watch for it. */
export type When = { readonly moment: Moment; readonly by?: FaultCall };

/**
 * settle: one leader stands, and then `dwell` more. inject: a fault, held, healed. rollout: a rolling update.
 * `beside`: begins so long after the step before is in force, and runs beside it. `to`: rolled to the elector's successor,
 * not to the same again.
 */
export type Step =
  | { readonly kind: "settle"; readonly dwell: Span }
  | {
      readonly kind: "inject";
      readonly fault: FaultCall;
      /** The longest hold, where `until` may end it sooner. */
      readonly hold: Span;
      readonly when?: When;
      readonly until?: Moment;
      readonly beside?: Span;
    }
  | { readonly kind: "rollout"; readonly during: Span; readonly to?: "successor"; readonly beside?: Span };

export type Inject = Extract<Step, { kind: "inject" }>;
export type Rollout = Extract<Step, { kind: "rollout" }>;

export const settle = (dwell: Span = retries(1, 3)): Step => ({ kind: "settle", dwell });
/** `when`: the moment it is injected at. `until`: the moment it is healed at, within `hold`. */
export const inject = (
  fault: FaultCall,
  options: { readonly hold?: Span; readonly when?: When; readonly until?: Moment; readonly beside?: Span } = {},
): Inject => ({ kind: "inject", fault, ...options, hold: options.hold ?? milliseconds(0) });
/** `during`: how long is watched on after the rollout is complete. */
export const rollingUpdate = (during: Span = retries(1, 2)): Rollout => ({ kind: "rollout", during });
/** A rolling update to what the elector names as its successor. */
export const migration = (during: Span = retries(1, 2)): Rollout => ({ ...rollingUpdate(during), to: "successor" });

/** What a generated scenario is drawn for. */
export type Situation = {
  readonly replicas: number;
  /** What the cluster can do beyond what every cluster can. */
  readonly can: ReadonlySet<Capability>;
  /** The elector gives the record up when it is told to go. */
  readonly release: boolean;
};

/** A step that may be drawn, and what else then holds. */
export type Option = {
  readonly step: Inject | Rollout;
  /** How often it is drawn, against the others' weights; a whole number. */
  readonly weight: number;
  /** Every replica stays in its place and reaches the API: whatever is aimed at one still finds it, and lands. */
  readonly soft?: true;
  /** Lands whatever else holds, at whatever time. */
  readonly anytime?: true;
};

type Judged = {
  /** One line for `list scenarios`. */
  readonly summary: string;
  /** What every trial must give evidence of; every other property counts where the trial gave occasion to judge it. */
  readonly properties: readonly Property[];
};

/** A scenario whose steps stand; only their times are drawn. */
export type Written = Judged & {
  /** Absent: the elector's own number. */
  readonly replicas?: number;
  readonly strategy?: Strategy;
  readonly steps: readonly Step[];
  readonly minimum: Minimum;
};

/** A scenario whose steps are drawn too. */
export type Generated = Judged & {
  /** What may be drawn in a situation; must not be empty. */
  options(situation: Situation): readonly Option[];
  readonly strategies: readonly Strategy[];
};

export type Scenario = Written | Generated;

/** Whether a step of it rolls to the elector's successor. */
export const migrates = (scenario: Scenario): boolean =>
  "steps" in scenario && scenario.steps.some((step) => step.kind === "rollout" && step.to === "successor");

export const defineScenario = <Kind extends Scenario>(scenario: Kind): Kind => scenario;

/** A fault as a schedule keeps it. */
export type ScheduledFault = {
  readonly fault: string;
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** A step with its times drawn; `ms` is the dwell, the hold or the time watched on. */
export type ScheduledStep =
  | { readonly kind: "settle"; readonly ms: Millis }
  | ({
      readonly kind: "inject";
      readonly ms: Millis;
      readonly when?: { readonly moment: Moment; readonly by?: ScheduledFault };
      readonly until?: Moment;
      readonly beside?: Millis;
    } & ScheduledFault)
  | { readonly kind: "rollout"; readonly ms: Millis; readonly to?: "successor"; readonly beside?: Millis };

/** How a trial begins. */
export type Start = { readonly kind: "start"; readonly replicas: number; readonly strategy: Strategy };

/** All that is needed to run a trial again, whatever has become of its scenario. */
export type Schedule = readonly [Start, ...ScheduledStep[]];
