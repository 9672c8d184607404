import type { LockRecord, Verb } from "../core/events.ts";
import type { Bounds } from "../core/time.ts";
import type { Connection } from "../gate/connection.ts";
import type { Plan } from "../gate/plan.ts";
import type { SimulatedAnswer } from "./elector.ts";
import type { Reply } from "./lease-table.ts";
import type { SimulatedProcess } from "./process.ts";

/** A client's connection; whose it is: a process's, or a question's of the harness. */
export class SimulatedConnection implements Connection {
  frozen?: string;
  deaf?: string;
  mute?: { readonly fault: string; swallowed(): void };
  cut?: string;
  /** The call that is under way on it: one at a time, as in HTTP/1.1. */
  call: Call | undefined;
  /** It has reached the gate. */
  known = false;
  gone = false;
  readonly #broken: (connection: SimulatedConnection) => void;

  constructor(broken: (connection: SimulatedConnection) => void) {
    this.#broken = broken;
  }
  stopReading(): void {}
  reset(): void {
    if (!this.gone) this.#broken(this);
  }
}

/** A call on its way. Its client may have left it; its connection may be frozen. */
export type Call = {
  readonly connection: SimulatedConnection;
  /** Undefined: the harness asks. */
  readonly process: SimulatedProcess | undefined;
  readonly verb: Verb;
  body: LockRecord | undefined;
  readonly version: string | undefined;
  finish(answer: SimulatedAnswer): void;
  /** 0: it has not arrived, or is not to be recorded. */
  number: number;
  plan: Plan | undefined;
  reply: Reply | undefined;
  committed: Bounds | undefined;
  forwarded: boolean;
  /** Its client is gone. */
  gone: boolean;
  ended: boolean;
  swallowed: boolean;
};
