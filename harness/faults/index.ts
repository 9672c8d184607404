import type { FaultCall, FaultDefinition } from "../core/fault.ts";
import * as named from "./named.ts";

export * from "./named.ts";

/** A fault of whatever parameters, for those who list them. */
export type AnyFault = {
  readonly definition: Omit<FaultDefinition<never>, "inject">;
  (parameters: never): FaultCall;
};

/** Every fault, by name. */
export const allFaults: readonly AnyFault[] = Object.values(named);

/** The call that a schedule recorded: `parameters` are those the fault of that name had; undefined for no such fault. */
export function recallFault(name: string, parameters: Readonly<Record<string, unknown>>): FaultCall | undefined {
  return allFaults.find((fault) => fault.definition.name === name)?.(parameters as never);
}
