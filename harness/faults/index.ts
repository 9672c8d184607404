import type { FaultCall, FaultDefinition } from "../core/fault.ts";
import { apiDown } from "./api-down.ts";
import { clockSkew } from "./clock-skew.ts";
import { evict } from "./evict.ts";
import { kill } from "./kill.ts";
import { latency } from "./latency.ts";
import { loseReply } from "./lose-reply.ts";
import { partition } from "./partition.ts";
import { pause } from "./pause.ts";
import { recordDelete } from "./record-delete.ts";
import { recordEdit } from "./record-edit.ts";
import { restart } from "./restart.ts";
import { scale } from "./scale.ts";
import { staleReads } from "./stale-reads.ts";
import { status } from "./status.ts";
import { watchDrop } from "./watch-drop.ts";
import { watchFreeze } from "./watch-freeze.ts";

export {
  apiDown,
  clockSkew,
  evict,
  kill,
  latency,
  loseReply,
  partition,
  pause,
  recordDelete,
  recordEdit,
  restart,
  scale,
  staleReads,
  status,
  watchDrop,
  watchFreeze,
};

/** A fault of whatever parameters, for those who list them. */
export type AnyFault = {
  readonly definition: Omit<FaultDefinition<never>, "inject">;
  (parameters: never): FaultCall;
};

/** Every fault, by name. */
export const allFaults: readonly AnyFault[] = [
  apiDown,
  clockSkew,
  evict,
  kill,
  latency,
  loseReply,
  partition,
  pause,
  recordDelete,
  recordEdit,
  restart,
  scale,
  staleReads,
  status,
  watchDrop,
  watchFreeze,
];

/** The call that a schedule recorded: `parameters` are those the fault of that name had; undefined for no such fault. */
export function recallFault(name: string, parameters: Readonly<Record<string, unknown>>): FaultCall | undefined {
  return allFaults.find((fault) => fault.definition.name === name)?.(parameters as never);
}
