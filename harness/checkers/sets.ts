import type { Property } from "../core/property.ts";
import { aLeaderEmerges } from "./a-leader-emerges.ts";
import { atMostOneEffect } from "./at-most-one-effect.ts";
import { atMostOneLeader } from "./at-most-one-leader.ts";
import { callbacksPaired } from "./callbacks-paired.ts";
import { claimBackedByRecord } from "./claim-backed-by-record.ts";
import { failover } from "./failover.ts";
import { noEarlyTakeover } from "./no-early-takeover.ts";

/** Nobody leads beside another, in word, in deed or on record. */
export const safety: readonly Property[] = [atMostOneLeader, atMostOneEffect, claimBackedByRecord, noEarlyTakeover];

/** Somebody leads again in time. */
export const liveness: readonly Property[] = [failover, aLeaderEmerges, callbacksPaired];
