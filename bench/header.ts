import { allProperties } from "../harness/checkers/index.ts";
import { clientGoProfile } from "../harness/core/elector.ts";
import { HISTORY_FORMAT, type HistoryHeader } from "../harness/core/events.ts";
import { seconds } from "../harness/core/time.ts";

/** The header of the benchmarks' histories: an elector of 4/2/1 s that says on stdout when it leads. */
export const headerOf = (elector: { readonly release: boolean }): HistoryHeader => ({
  format: HISTORY_FORMAT,
  harness: "bench",
  scenario: "bench",
  elector: {
    name: "bench",
    lock: "Lease",
    observe: "stdout",
    timing: { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(1) },
    release: elector.release,
    fencing: false,
    profile: clientGoProfile,
    knownLimits: {},
  },
  cluster: "embedded",
  seed: 1,
  trial: 0,
  election: { kind: "Lease", namespace: "bench", name: "demo" },
  properties: allProperties.map(({ name }) => name),
  minimum: { terms: 2, takeovers: 1, faults: 0 },
});
