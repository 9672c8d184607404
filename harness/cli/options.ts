import { LONGEST_PERIOD, type Elector, type Timing } from "../core/elector.ts";
import { InputError } from "../core/errors.ts";
import { parseDuration, seconds, type Millis } from "../core/time.ts";
import { placeOf } from "../electors/place.ts";

/** Short enough for a trial of seconds; P is not under client-go's precision of one second, and the margin L − D − P is 1 s. */
export const SHORT_TIMING: Timing = { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(1) };

/** Trials of a run, and whatever else is counted: each is kept in memory until the run is over. */
const MOST = 1_000_000;

/** The seeds of later trials count up from it, and stay exact. */
export const LARGEST_SEED = Number.MAX_SAFE_INTEGER - MOST;

/** Longer than any run, and within what a timer can wait for (2^31 − 1 ms). */
const LONGEST = seconds(500 * 3600);

const wrong = (option: string, text: string, right: string): InputError =>
  new InputError(`"${text}" is not ${right.split(",")[0]}`, { field: option }, `give ${right}`);

export const integer =
  (option: string, least: number, most = MOST) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw wrong(option, text, `a whole number from ${least} to ${most}`);
    return value;
  };

export const duration =
  (option: string) =>
  (text: string): Millis => {
    const value = parseDuration(text);
    if (value === undefined) throw wrong(option, text, "a duration, e.g. 90s or 2m30s");
    if (value > LONGEST)
      throw new InputError(`${text} is longer than 500h`, { field: option }, "give a shorter one, or leave it out");
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
  if (Math.max(leaseDuration, renewDeadline, retryPeriod) > LONGEST_PERIOD)
    throw new InputError(`${text} is longer than an hour`, { field: "--timing" }, "a trial waits for leases to end");
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

/** A text that says something; `example` is told where it is empty, as where a shell's variable is not set. */
export const notEmpty =
  (option: string, example: string) =>
  (given: string): string => {
    if (given.trim() !== "") return given;
    throw new InputError("nothing is given", { field: option }, `give ${example}, or leave it out`);
  };

/** Names separated by commas, at least one; `example` is told where there is none. */
export const names =
  (option: string, example: string) =>
  (text: string): readonly string[] => {
    const all = list(text);
    if (all.length > 0) return all;
    throw new InputError("no name is given", { field: option }, `give names separated by commas, e.g. ${example}`);
  };

/** The same, as the text that was given. */
export const nameList =
  (option: string, example: string) =>
  (text: string): string =>
    names(option, example)(text).join(",");

/** Tunable electors run at a short lease unless told otherwise; others keep their own timing. */
export function timingFor(elector: Elector, asked: Timing | undefined): Timing {
  if (elector.tunable) return asked ?? SHORT_TIMING;
  if (asked !== undefined)
    throw new InputError(
      `${elector.name} does not take its timing from the environment`,
      placeOf(elector.file, "tunable"),
      "leave --timing out, or let the elector read LEASE_DURATION_MS and declare tunable: true",
    );
  return elector.timing;
}
