declare const unit: unique symbol;

/** A span or an instant in milliseconds; instants count from the harness's own monotonic origin. */
export type Millis = number & { readonly [unit]: "ms" };

export const millis = (value: number): Millis => value as Millis;
export const seconds = (value: number): Millis => (value * 1000) as Millis;

/** The only source of time: monotonic, never the wall clock. */
export type Clock = { now(): Millis };

/** A clock that can be waited by: the harness's own, or a simulation's. */
export type Time = Clock & {
  /** Resolves after so long; rejects with the signal's reason. */
  sleep(span: Millis, signal: AbortSignal): Promise<void>;
  /** A signal that aborts after so long. */
  timeout(span: Millis): AbortSignal;
};

/** What happened in [since, at]: `at` is when the harness saw it, `since` the last moment it could rule it out. */
export type Bounds = { readonly since: Millis; readonly at: Millis };

const factors: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads `1.5s`, `250ms`, `2m`, `1m30s`; undefined when the text is no duration or not above zero. */
export function parseDuration(text: string): Millis | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text.trim()) return undefined;
  const total = parts.reduce((sum, part) => sum + Number(part[1]) * factors[part[2]!]!, 0);
  return total > 0 ? millis(total) : undefined;
}

/** `812 ms` below a second, `8.41 s` above it. */
export function formatMillis(value: number): string {
  return Math.abs(value) < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}

/** The history's precision: microseconds. */
export const toMicros = (value: number): Millis => millis(Math.round(value * 1000) / 1000);
