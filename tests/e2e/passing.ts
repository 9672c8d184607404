/** Scenarios under which the reference elector passes in a single trial of any seed. */
export const passing = [
  "rolling-update",
  "rolling-update-recreate",
  "rolling-update-no-surge",
  "rolling-update-ha",
  "kill-leader",
  "evict-leader",
  "partition-leader",
  "pause-leader",
  "lost-reply",
  "calm",
] as const;
