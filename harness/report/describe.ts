import {
  incarnationKey,
  type HistoryEvent,
  type InvokeEvent,
  type LockRecord,
  type ReplicaEvent,
} from "../core/events.ts";
import { formatMillis } from "../core/time.ts";
import { plainText } from "./safe.ts";

const token = (value: number | undefined): string => (value === undefined ? "" : ` (token ${value})`);
const detail = (text: string | undefined): string => (text === undefined || text === "" ? "" : `: ${text}`);

function held(record: LockRecord): string {
  const holder = record.holder === null || record.holder === "" ? "nobody" : record.holder;
  const lasts = record.durationSeconds === null ? "" : ` for ${record.durationSeconds} s`;
  return `${holder}${lasts}`;
}

function life(event: ReplicaEvent): string {
  const who = incarnationKey(event);
  switch (event.phase) {
    case "started":
      return `${who} started${event.pid === undefined ? "" : ` as process ${event.pid}`} (revision ${event.revision})`;
    case "ready":
      return `${who} is ready`;
    case "terminating":
      return `${who} was told to stop (SIGTERM)`;
    case "exited":
      return `${who} exited ${event.signal ? `by ${event.signal}` : `with status ${event.code ?? "unknown"}`}`;
    default:
      throw event.phase satisfies never;
  }
}

const asked = (event: InvokeEvent): string =>
  `${event.verb} ${event.resource}${event.object ? `/${event.object}` : ""}`;

function line(event: HistoryEvent): string {
  switch (event.type) {
    case "replica":
      return life(event);
    case "claim":
      return `${incarnationKey(event)} says that it leads${token(event.token)}`;
    case "disclaim":
      return `${incarnationKey(event)} says that it does not lead${token(event.token)}`;
    case "answer":
      return `${incarnationKey(event)} answers ${event.leading ? "yes, it leads" : "no"}${
        event.names === undefined ? "" : `, naming ${event.names || "nobody"}`
      } (asked ${formatMillis(event.at - event.asked)} before)`;
    case "invoke":
      return `${incarnationKey(event)} asks to ${asked(event)}${event.version ? ` at version ${event.version}` : ""}${
        event.record === undefined ? "" : `, holder ${held(event.record)}`
      } (call ${event.call})`;
    case "ok":
    case "fail":
    case "info": {
      const ended = { ok: "is answered", fail: "fails", info: "goes unanswered" }[event.type];
      const committed = event.committed === undefined ? "" : ", committed";
      return `${incarnationKey(event)}'s call ${event.call} ${ended}${event.status ? ` with ${event.status}` : ""}${committed}${
        event.fault === undefined ? "" : `, by fault ${event.fault}`
      }`;
    }
    case "record":
      return `the record ${event.object} ${
        event.record === null ? "was deleted" : `names ${held(event.record)}`
      } (version ${event.version})${event.fault === undefined ? "" : `, written by fault ${event.fault}`}`;
    case "notice":
      return `an Event (${event.api}) says that ${event.identity} ${event.says === "leads" ? "became leader" : "stopped leading"}`;
    case "act":
      return `${incarnationKey(event)} acts${token(event.token)}${detail(event.what)}${event.accepted ? "" : ": rejected"}`;
    case "fault": {
      const targets = event.targets.length === 0 ? "" : ` on ${event.targets.join(", ")}`;
      return `fault ${event.fault}${targets} ${event.phase}${detail(event.detail)}`;
    }
    case "rollout":
      return `rollout ${event.from} → ${event.to} ${event.phase}${detail(event.detail)}`;
    case "stall": {
      const who = event.who === "harness" ? "the harness" : incarnationKey(event.who);
      return `${who} could not run for ${formatMillis(event.ms)}`;
    }
    case "gap":
      return `${incarnationKey(event)} was not observed for ${formatMillis(event.at - event.since)}: ${event.reason}`;
    case "step":
      return `step ${event.index} ${event.name} ${event.phase}${detail(event.detail)}`;
    case "end":
      return `the observation ends: ${event.reason}`;
    default:
      throw event satisfies never;
  }
}

/** A history event in one plain line, without its time; control characters are made visible. */
export const describeEvent = (event: HistoryEvent): string => plainText(line(event));
