import type { History, HistoryEvent, LockRecord } from "../../harness/core/events.ts";
import { rngOf } from "../../harness/core/rng.ts";
import { millis } from "../../harness/core/time.ts";
import { headerOf } from "../header.ts";

/**
 * What a history holds beside the replicas' claims and disclaims: nothing (`statements`, all that a model of a mutex can
 * read), or also every write of the record, at the gate and at the API (`record`).
 */
export type Content = "statements" | "record";

const REPLICAS = 5;

/**
 * A correct election of `operations` claims and disclaims: each leader releases, and the next one follows. Bounds are up
 * to 5 ms wide and never touch, so that there is one order of the operations: a search for one never has to go back.
 */
function* eventsOf(operations: number, content: Content): Generator<HistoryEvent> {
  const random = rngOf(1);
  let [at, call, version] = [0, 0, 0];
  const identities = Array.from({ length: REPLICAS }, (_, index) => ({ replica: `demo-${index}`, incarnation: 1 }));
  for (const who of identities) yield { type: "replica", at: millis(0), ...who, phase: "started", revision: "r1" };

  function* write(who: (typeof identities)[number], record: LockRecord): Generator<HistoryEvent> {
    if (content === "statements") return;
    const own = { ...who, call: (call += 1) };
    const sent = millis((at += 1));
    const committed = millis((at += 0.5));
    const seen = { version: String((version += 1)), record };
    const told = { ...own, status: 200, committed: { since: sent, at: millis(committed + 0.5) }, ...seen };
    yield { type: "invoke", at: sent, ...own, verb: "update", resource: "leases", object: "demo", record };
    yield { type: "record", since: committed, at: committed, object: "demo", ...seen };
    yield { type: "ok", at: millis((at += 1)), ...told };
  }
  const said = () => ({ since: millis((at += 1)), at: millis((at += 5 * random())) });

  for (let term = 0; 2 * term < operations; term += 1) {
    const who = identities[term % REPLICAS]!;
    const record: LockRecord = {
      holder: who.replica,
      durationSeconds: 4,
      acquireTime: null,
      renewTime: null,
      transitions: term,
    };
    yield* write(who, record);
    yield { type: "claim", ...said(), ...who, source: "stdout" };
    at += 1500 * random();
    yield { type: "disclaim", ...said(), ...who, source: "stdout" };
    yield* write(who, { ...record, holder: "" });
    at += 1000 * random();
  }
  yield { type: "end", at: millis((at += 1)), reason: "complete" };
}

export const electionOf = (operations: number, content: Content): History => ({
  header: headerOf({ release: true }),
  events: [...eventsOf(operations, content)],
});
