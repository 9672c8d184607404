/** Every figure that a run can take, in the words of run.json: of ms where the name ends so, else a count. */
export const measureNames = [
  "failoverMs",
  "leaderlessMs",
  "rolloutLeaderlessMs",
  "overlapInHazardMs",
  "eventLagMs",
  "termsWithoutEvent",
  "standbyPollSpreadMs",
  "apiRequestsPerMinute",
  "apiWritesPerMinute",
  "relayMs",
] as const;

export type MeasureName = (typeof measureNames)[number];

/** What one judge or one home measured. */
export type Figures = Readonly<Partial<Record<MeasureName, readonly number[]>>>;
