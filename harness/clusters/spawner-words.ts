/** What the harness and its spawner say to each other; times in ms of the machine's monotonic clock. */
export type Order = {
  readonly id: number;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
};

export type Word =
  | { readonly type: "listening" }
  | {
      readonly type: "started";
      readonly id: number;
      readonly pid: number;
      /** As the ledger has it. */
      readonly mark: string;
      readonly since: number;
      readonly at: number;
    }
  | { readonly type: "refused"; readonly id: number; readonly error: Refusal }
  | {
      readonly type: "exited";
      readonly id: number;
      readonly code: number | null;
      readonly signal: string | null;
      readonly since: number;
    };

/** What is left of a system's error on its way. */
export type Refusal = { readonly message: string; readonly code?: string; readonly path?: string };

/** CLOCK_MONOTONIC, one for all processes of a machine, in ms. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6;
