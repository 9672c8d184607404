import { defineFault } from "../core/fault.ts";
import { unable } from "./ability.ts";
import { leaderIfAny } from "./pick.ts";

/** Somebody deletes the election object under the leader's feet. */
export const recordDelete = defineFault<Readonly<Record<string, never>>>({
  name: "record-delete",
  summary: "deletes the election object",
  needs: ["record"],
  effect: "record",
  async inject(cluster, _none, id) {
    const before = leaderIfAny(cluster);
    const deleted = await (cluster.deleteRecord?.(id) ?? unable("record"));
    return {
      targets: before,
      async proof() {
        if (!deleted) throw new Error("there was no election object to delete");
        return "the election object was there and is deleted";
      },
      heal: async () => {}, // the electors' part
    };
  },
});
