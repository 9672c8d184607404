/** The namespace of a run's trial, of a name that nobody else has: where a cluster is not of one run alone. */
export const namespaceOf = (run: string, trial: number): string =>
  `interregnum-${run.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-")}-${trial}`;
