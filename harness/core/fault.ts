import type { Capability, Cluster, Replica } from "./cluster.ts";
import type { FaultEffect } from "./events.ts";
import type { Millis } from "./time.ts";

/** What an injected fault hands back to the nemesis. */
export type Injected = {
  /** Whom it touches; those who come while it holds may join until it is healed. */
  readonly targets: readonly Replica[];
  /** Proves that the fault landed, in words; throws or rejects when it did not. Called while the fault holds. */
  proof(signal: AbortSignal): Promise<string>;
  /** Ends the fault. Runs on abort too, under a deadline of its own. */
  heal(signal: AbortSignal): Promise<void>;
  /** When it came into force at the earliest, where that is known better than when it was begun. */
  readonly since?: Millis;
  /** That deadline, where what is healed takes longer than the nemesis grants everybody (ms). */
  readonly healsWithin?: Millis;
  /** The longest wait for its proof, where that takes longer than the nemesis grants everybody (ms). */
  readonly provesWithin?: Millis;
};

export type FaultDefinition<Parameters> = {
  readonly name: string;
  /** One line for `list faults`. */
  readonly summary: string;
  readonly needs: readonly Capability[] | ((parameters: Parameters) => readonly Capability[]);
  readonly effect: FaultEffect;
  /** It works between replica and gate: no gate sees what it makes late. */
  readonly network?: true;
  /** `id` marks everything this injection touches in the history. */
  inject(cluster: Cluster, parameters: Parameters, id: string, signal: AbortSignal): Promise<Injected>;
};

/** A fault with its parameters, ready to be injected by the nemesis. */
export type FaultCall = {
  readonly name: string;
  readonly needs: readonly Capability[];
  readonly effect: FaultEffect;
  readonly network?: true;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** `subject`: the replica that the target `subject` stands for. */
  inject(cluster: Cluster, id: string, signal: AbortSignal, subject?: string): Promise<Injected>;
};

export type Fault<Parameters> = ((parameters: Parameters) => FaultCall) & {
  readonly definition: FaultDefinition<Parameters>;
};

/** Makes a fault callable: `pause({ target: "leader" })` is the step's FaultCall. */
export function defineFault<Parameters extends Readonly<Record<string, unknown>>>(
  definition: FaultDefinition<Parameters>,
): Fault<Parameters> {
  const call = (parameters: Parameters): FaultCall => ({
    name: definition.name,
    needs: typeof definition.needs === "function" ? definition.needs(parameters) : definition.needs,
    effect: definition.effect,
    ...(definition.network && { network: definition.network }),
    parameters,
    inject: (cluster, id, signal, subject) => definition.inject(cluster, aimed(parameters, subject), id, signal),
  });
  return Object.assign(call, { definition });
}

const aimed = <Parameters extends Readonly<Record<string, unknown>>>(
  parameters: Parameters,
  subject: string | undefined,
): Parameters =>
  subject !== undefined && parameters["target"] === "subject"
    ? { ...parameters, target: { replica: subject } }
    : parameters;
