import type { Property } from "../core/property.ts";
import { aLeaderEmerges } from "./a-leader-emerges.ts";
import { atMostOneEffect } from "./at-most-one-effect.ts";
import { atMostOneLeader } from "./at-most-one-leader.ts";
import { callbacksPaired } from "./callbacks-paired.ts";
import { claimBackedByRecord } from "./claim-backed-by-record.ts";
import { conditionalWrites } from "./conditional-writes.ts";
import { endpointAgreement } from "./endpoint-agreement.ts";
import { failover } from "./failover.ts";
import { foreignRecord } from "./foreign-record.ts";
import { noEarlyTakeover } from "./no-early-takeover.ts";
import { recordWellFormed } from "./record-well-formed.ts";

/** Nobody leads beside another, in word, in deed or on record, and the record is written as it must be. */
export const safety: readonly Property[] = [
  atMostOneLeader,
  atMostOneEffect,
  claimBackedByRecord,
  conditionalWrites,
  noEarlyTakeover,
  foreignRecord,
  recordWellFormed,
];

/** Somebody leads again in time. */
export const liveness: readonly Property[] = [failover, aLeaderEmerges, callbacksPaired, endpointAgreement];
