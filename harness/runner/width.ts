/** What a stretch of a run was like while trials ran side by side. */
export type Pressure = {
  /** Trials that ran when it was measured. */
  readonly running: number;
  /** The share of the stretch in which the harness's event loop came late: observations that are wide. */
  readonly harness: number;
  /** The share of their time that the replicas wanted to run and could not, over all of them. */
  readonly replicas: number;
  /** So many more trials fit into the machine's memory. */
  readonly room: number;
};

/** Below both, one more trial is welcome; above either, fewer would be better. Observation suffers first. */
const CALM = { harness: 0.02, replicas: 0.02 };
const CROWDED = { harness: 0.06, replicas: 0.1 };

/**
 * How many trials to run at once from now on: a quarter more when all places are taken and the stretch was calm, a quarter
 * less when it was crowded and earlier cuts have been obeyed, never more than fit into memory, always one at least.
 */
export function nextWidth(width: number, { running, harness, replicas, room }: Pressure): number {
  const crowded = harness > CROWDED.harness || replicas > CROWDED.replicas;
  if (crowded) return running > width ? width : Math.max(1, Math.floor(0.75 * Math.min(width, running)));
  const calm = harness <= CALM.harness && replicas <= CALM.replicas;
  const wanted = calm && running >= width ? width + Math.max(1, Math.floor(width / 4)) : width;
  return Math.max(1, Math.min(wanted, running + room));
}
