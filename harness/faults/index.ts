import type { FaultCall, FaultDefinition } from "../core/fault.ts";
import { evict } from "./evict.ts";
import { kill } from "./kill.ts";
import { latency } from "./latency.ts";
import { loseReply } from "./lose-reply.ts";
import { partition } from "./partition.ts";
import { pause } from "./pause.ts";
import { status } from "./status.ts";

export { evict, kill, latency, loseReply, partition, pause, status };

/** A fault of whatever parameters, for those who list them. */
export type AnyFault = {
  readonly definition: Omit<FaultDefinition<never>, "inject">;
  (parameters: never): FaultCall;
};

/** Every fault, by name. */
export const allFaults: readonly AnyFault[] = [evict, kill, latency, loseReply, partition, pause, status];

/** The call that a schedule recorded: `parameters` are those the fault of that name had; undefined for no such fault. */
export function recallFault(name: string, parameters: Readonly<Record<string, unknown>>): FaultCall | undefined {
  return allFaults.find((fault) => fault.definition.name === name)?.(parameters as never);
}
