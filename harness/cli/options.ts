import type { Elector, Timing } from "../core/elector.ts";
import { InputError } from "../core/errors.ts";
import { parseDuration, seconds, type Millis } from "../core/time.ts";

/** Short enough for a trial of seconds; P is not under client-go's precision of one second, and the margin L − D − P is 1 s. */
export const SHORT_TIMING: Timing = { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(1) };

const wrong = (option: string, text: string, right: string): InputError =>
  new InputError(`"${text}" is not ${right.split(",")[0]}`, { field: option }, `give ${right}`);

export const integer =
  (option: string, least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value))
      throw wrong(option, text, `a whole number from ${least}`);
    return value;
  };

export const duration =
  (option: string) =>
  (text: string): Millis => {
    const value = parseDuration(text);
    if (value === undefined) throw wrong(option, text, "a duration, e.g. 90s or 2m30s");
    return value;
  };

export function shard(text: string): { readonly index: number; readonly of: number } {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (index === undefined || Number(index) < 1 || Number(index) > Number(of))
    throw wrong("--shard", text, "a shard i/n, e.g. 2/4");
  return { index: Number(index) - 1, of: Number(of) };
}

/** `15s/10s/2s`: LeaseDuration/RenewDeadline/RetryPeriod. */
export function timing(text: string): Timing {
  const [leaseDuration, renewDeadline, retryPeriod, rest] = text.split("/").map((part) => parseDuration(part));
  if (leaseDuration === undefined || renewDeadline === undefined || retryPeriod === undefined || rest !== undefined)
    throw wrong("--timing", text, "a timing L/D/P, e.g. 15s/10s/2s");
  if (!(leaseDuration > renewDeadline && renewDeadline > 1.2 * retryPeriod))
    throw new InputError(
      `${text} breaks LeaseDuration > RenewDeadline > 1.2 · RetryPeriod`,
      { field: "--timing" },
      "client-go refuses such a timing; try 15s/10s/2s",
    );
  return { leaseDuration, renewDeadline, retryPeriod };
}

export const list = (text: string): readonly string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);

/** Tunable electors run at a short lease unless told otherwise; others keep their own timing. */
export function timingFor(elector: Elector, asked: Timing | undefined): Timing {
  if (elector.tunable) return asked ?? SHORT_TIMING;
  if (asked !== undefined)
    throw new InputError(
      `${elector.name} does not take its timing from the environment`,
      { file: elector.file, field: "tunable" },
      "leave --timing out, or let the elector read LEASE_DURATION_MS and declare tunable: true",
    );
  return elector.timing;
}
