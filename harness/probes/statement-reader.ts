import { setFlagsFromString } from "node:v8";
import type { Observe } from "../core/elector.ts";
import { InputError, messageOf } from "../core/errors.ts";
import { incarnationKey, type Incarnation, type Recorder, type StatementEvent } from "../core/events.ts";
import type { Bounds } from "../core/time.ts";

/** Takes one line of a replica's output, written within the bounds. */
export type LineReader = (line: string, bounds: Bounds) => void;

type Statement = { readonly leading: boolean; readonly token?: number };

/** An expression sees only so much of a line: a statement is short, and matching must stay quick. */
const MATCHED_LENGTH = 4096;
/** The same statement over and over is recorded so often in a row; what repeats further says nothing new. */
const REPEATS = 100;

/**
 * Reads a replica's own statements of leadership out of its lines and records them; other lines are log.
 * A malformed expression is an InputError. Observed otherwise (http, metrics, record), every line is log.
 */
export function statementReader(observe: Observe, who: () => Incarnation, recorder: Recorder): LineReader {
  switch (observe.via) {
    case "stdout":
      return recordStatements(statedInJson, "stdout", who, recorder);
    case "log":
      return recordStatements(statedInLog(observe.acquired, observe.lost), "log", who, recorder);
    case "http":
    case "metrics":
    case "record":
      return () => {};
    default:
      throw observe satisfies never;
  }
}

function recordStatements(
  understand: (line: string) => Statement | undefined,
  source: StatementEvent["source"],
  who: () => Incarnation,
  recorder: Recorder,
): LineReader {
  let previous = "";
  let repeated = 0;
  return (line, bounds) => {
    const statement = understand(line);
    if (statement === undefined) return;
    const { replica, incarnation } = who();
    const { leading, token } = statement;
    const said = `${incarnationKey({ replica, incarnation })} ${leading} ${token}`;
    repeated = said === previous ? repeated + 1 : 0;
    previous = said;
    if (repeated > REPEATS) return;
    recorder.record({
      type: leading ? "claim" : "disclaim",
      since: bounds.since,
      at: bounds.at,
      replica,
      incarnation,
      ...(token === undefined ? {} : { token }),
      source,
    });
  };
}

/** A line that is a JSON object with a boolean `leading`; a `token` that is no finite number is left aside. */
function statedInJson(line: string): Statement | undefined {
  const text = line.trim();
  if (!text.startsWith("{") || !text.includes('"leading"')) return undefined;
  let value: { readonly leading?: unknown; readonly token?: unknown };
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // not JSON: log, like every line that is no statement
  }
  if (typeof value.leading !== "boolean") return undefined;
  const token = typeof value.token === "number" && Number.isFinite(value.token) ? value.token : undefined;
  return { leading: value.leading, ...(token === undefined ? {} : { token }) };
}

/** Two expressions over log lines. A line that matches both says nothing. */
function statedInLog(acquired: string, lost: string): (line: string) => Statement | undefined {
  // A user's expression may backtrack without end; V8 then goes over to its linear-time engine (not for
  // backreferences and lookarounds, which that engine does not know).
  setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
  const gains = compile(acquired, "acquired");
  const loses = compile(lost, "lost");
  return (line) => {
    const text = line.slice(0, MATCHED_LENGTH);
    const leading = gains.test(text);
    return leading === loses.test(text) ? undefined : { leading };
  };
}

function compile(expression: string, field: "acquired" | "lost"): RegExp {
  try {
    return new RegExp(expression);
  } catch (error) {
    throw new InputError(
      `observe.log.${field} is no regular expression: ${messageOf(error)}`,
      { field: `observe.log.${field}` },
      "give a JavaScript regular expression without slashes, such as: successfully acquired lease",
    );
  }
}
