import type { HistoryHeader } from "../core/events.ts";
import { InputError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
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
import { rejoin } from "./rejoin.ts";
import { releaseThenQuiet } from "./release-then-quiet.ts";
import { rollout } from "./rollout.ts";
import { stability } from "./stability.ts";
import { stepDown } from "./step-down.ts";

export {
  aLeaderEmerges,
  atMostOneEffect,
  atMostOneLeader,
  callbacksPaired,
  claimBackedByRecord,
  conditionalWrites,
  endpointAgreement,
  failover,
  foreignRecord,
  noEarlyTakeover,
  recordWellFormed,
  rejoin,
  releaseThenQuiet,
  rollout,
  stability,
  stepDown,
};

/** Every property there is: safety first, then liveness. */
export const allProperties: readonly Property[] = [
  atMostOneLeader,
  atMostOneEffect,
  claimBackedByRecord,
  conditionalWrites,
  noEarlyTakeover,
  foreignRecord,
  recordWellFormed,
  stepDown,
  releaseThenQuiet,
  callbacksPaired,
  failover,
  aLeaderEmerges,
  rejoin,
  endpointAgreement,
  stability,
  rollout,
];

/** The property of that name; InputError when there is none. */
export function propertyNamed(name: string): Property {
  const found = allProperties.find((property) => property.name === name);
  if (found) return found;
  const close = nearest(
    name,
    allProperties.map((property) => property.name),
  );
  const mend = `${close === undefined ? "" : `did you mean "${close}"? `}See \`interregnum list properties\`.`;
  throw new InputError(`there is no property "${name}"`, { field: "properties" }, mend);
}

/** The properties that a history is judged by, as its header names them. */
export const propertiesOf = ({ properties, incidental = [] }: HistoryHeader): readonly Property[] =>
  [...properties, ...incidental].map(propertyNamed);

export { liveness, safety } from "./sets.ts";
