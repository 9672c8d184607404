import type { RecordEdit } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { unable } from "./ability.ts";
import { leaderIfAny } from "./pick.ts";

/** Somebody else's hand on the election record: another holder, none, another duration, missing fields. */
export const recordEdit = defineFault<{ readonly set: RecordEdit; readonly lasting?: number }>({
  name: "record-edit",
  summary:
    "sets fields of the election record (set: holder, durationSeconds, …; null empties one; lasting: its duration in lease durations)",
  needs: ["record"],
  effect: "record",
  async inject(cluster, { set: fields, lasting }, id) {
    const before = leaderIfAny(cluster);
    const lease = cluster.timing?.leaseDuration ?? unable("record");
    const set = lasting === undefined ? fields : { ...fields, durationSeconds: Math.ceil((lasting * lease) / 1000) };
    const after = cluster.editRecord ? await cluster.editRecord(set, id) : unable("record");
    return {
      targets: before,
      async proof() {
        const wrong = Object.entries(set).filter(([field, value]) => after?.[field as keyof RecordEdit] !== value);
        if (after === undefined || wrong.length > 0)
          throw new Error(`the record does not show what was written: ${JSON.stringify(after)}`);
        return `the record stands as written: ${JSON.stringify(after)}`;
      },
      heal: async () => {}, // the electors' part
    };
  },
});
