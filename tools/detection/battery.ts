/** The scenarios that every mutant and every right elector is tried under: between them they bring every sin out. */
export const battery: readonly string[] = [
  "calm",
  "kill-leader",
  "evict-leader",
  "partition-leader",
  "pause-leader",
  "slow-api",
  "flaky-api",
  "clock-skew",
  "record-deleted",
  "record-edited",
  "same-identity-restart",
  "scale-up-down",
  "rolling-update-ha",
];
