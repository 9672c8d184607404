import type { Verdict } from "../../../harness/core/verdict.ts";
import { type Changes, Story } from "./story.ts";

const TWO_TERMS = { terms: 2, takeovers: 1, faults: 1 };

/** Two replicas; `a` leads from 1 s, and `b` watches. */
export const opening = (changes: Changes = {}, aUntil = 4900): Story =>
  new Story({ minimum: TWO_TERMS, ...changes })
    .starts("a", 0)
    .starts("b", 100)
    .calls("b", 300, "get")
    .leads("a", 1000, aUntil, 1);

/** `a` is killed at 5 s; its successor `b` claims at `next`. */
export const handover = (next = 9500, changes: Changes = {}): Story =>
  opening(changes)
    .acts("a", 1010, 4950, 1)
    .fault("kill", "end", "a", 5000, 5050)
    .exits("a", 5005, null, "SIGKILL")
    .leads("b", next, next + 3500, 2)
    .acts("b", next + 10, next + 4000, 2)
    .ends(next + 4500);

/** `a` is cut off from 5 s to 12 s, `b` claims at 9.5 s; `a` stops at `stops`, or never. */
export const partitioned = (stops?: number, ends = 14_000): Story => {
  const story = opening().fault("partition", "cut", "a", 5000, 12_000).leads("b", 9500, 13_000, 2);
  return (stops === undefined ? story : story.disclaims("a", stops)).ends(ends);
};

/** `a` is frozen from 5 s to `until`, `b` claims at 9.5 s, and `a` stops at `stops`. */
export const paused = (until = 10_500, stops = 10_700): Story =>
  opening().fault("pause", "pause", "a", 5000, until).leads("b", 9500, 13_000, 2).disclaims("a", stops).ends(14_000);

/** `a` says at 5 s that it stopped, releases at once, acts until `acts`, and exits; `b` claims at 6 s. */
export const released = (acts: number, next = 6000): Story =>
  opening({ elector: { release: true } })
    .terminates("a", 4990)
    .fault("evict", "end", "a", 4990, 5500)
    .disclaims("a", 5000)
    .writes("a", 5010, "")
    .acts("a", 1010, acts)
    .exits("a", 5450)
    .leads("b", next, next + 3000, 2)
    .acts("b", next + 10, next + 3000)
    .ends(next + 4000);

const calm = (): Story =>
  new Story().starts("a", 0).leads("a", 1000, 13_000, 1).acts("a", 1010, 13_000, 1).ends(14_000);

const rolled = (): Story =>
  opening({ minimum: { terms: 2, takeovers: 1, faults: 0 } })
    .rolls("start", 4900)
    .terminates("a", 5000)
    .exits("a", 5050)
    .leads("b", 9500, 13_000, 2);

/** `a` is killed at 5 s; `b`, which takes over at 9.5 s, read the last record at `read`. */
const watched = (read: number): Story =>
  opening()
    .calls("b", read, "get", { version: "104" })
    .fault("kill", "end", "a", 5000, 5050)
    .exits("a", 5005, null, "SIGKILL")
    .leads("b", 9500, 13_000, 2)
    .ends(14_000);

/** `a` leads, and with its first release or renewal `changes` what a correct elector would write. */
export const writing = (changes: Parameters<Story["writes"]>[6], holder = "a"): Story =>
  opening({ minimum: { faults: 0 } })
    .writes("a", 5200, holder, "update", undefined, 1, changes)
    .ends(6000);

/** `a` is killed, and `b` takes over by a write that `changes` what a correct one would be. */
export const taking = (changes: Parameters<Story["writes"]>[6], verb: "update" | "patch" = "update"): Story =>
  opening()
    .fault("kill", "end", "a", 5000, 5050)
    .exits("a", 5005, null, "SIGKILL")
    .writes("b", 9490, "b", verb, undefined, 1, changes)
    .claims("b", 9500)
    .renews("b", 10_490, 13_000)
    .ends(14_000);

/** `b`'s endpoint, asked every 500 ms from 2 s on, names `a`, and after the takeover at 9.5 s `named`. */
export const named = (by: string, until = 25_000, every = 500): Story => {
  const story = opening({ elector: { observe: "http" } })
    .fault("kill", "end", "a", 5000, 5050)
    .exits("a", 5005, null, "SIGKILL")
    .renews("b", 9490, until);
  for (let at = 2000; at < until; at += every) {
    const name = at < 9700 ? "a" : by;
    story.answers("b", at, name === "b", undefined, name);
  }
  return story.ends(until);
};

/** A saved history for each verdict of each property: fixtures/histories/<verdict>/<property>.jsonl. */
export const savedHistories: Readonly<Record<string, Readonly<Record<Verdict, () => Story>>>> = {
  "at-most-one-leader": {
    pass: () => handover(),
    fail: () => partitioned(),
    unknown: () => handover().gap("b", 2000, 3000),
  },
  "at-most-one-effect": {
    pass: () => handover(),
    fail: () => partitioned(6900).acts("a", 1010, 11_000).acts("b", 9510, 13_000),
    unknown: () => partitioned(6900).acts("a", 1010, 5000),
  },
  "claim-backed-by-record": {
    pass: () => handover(),
    fail: () => partitioned(),
    unknown: () => new Story().starts("a", 0).claims("a", 1000).ends(5000),
  },
  "release-then-quiet": {
    pass: () => released(4950),
    fail: () => released(5300),
    unknown: () => handover(9500, { elector: { release: true } }),
  },
  "callbacks-paired": {
    pass: () => handover(),
    fail: () => partitioned(6900).disclaims("a", 6950),
    unknown: () => opening().claims("a", 7000).gap("a", 5000, 6000).ends(9000),
  },
  failover: {
    pass: () => handover(),
    fail: () => handover(14_500),
    unknown: () => opening().fault("kill", "end", "a", 5000, 5050).exits("a", 5005, null, "SIGKILL").ends(9000),
  },
  "a-leader-emerges": {
    pass: () => handover(),
    fail: () => new Story().starts("a", 0).calls("a", 300, "get").ends(12_000),
    unknown: () => new Story().starts("a", 0).renews("a", 300, 11_000).ends(12_000),
  },
  stability: {
    pass: calm,
    fail: () => calm().disclaims("a", 6000),
    unknown: () => calm().stalls("a", 4500, 5700).disclaims("a", 6000),
  },
  "no-early-takeover": {
    pass: () => watched(4000),
    fail: () => watched(6000),
    unknown: () => handover(),
  },
  "conditional-writes": {
    pass: () => handover(),
    fail: () => taking({ precondition: null }, "patch"),
    unknown: () => new Story().starts("a", 0).claims("a", 1000).ends(5000),
  },
  "foreign-record": {
    pass: () => released(4950),
    fail: () => opening().terminates("b", 5000).writes("b", 5010, "").exits("b", 5100).ends(9000),
    unknown: () => new Story().starts("a", 0).writes("a", 990, "a").claims("a", 1000).ends(5000),
  },
  "record-well-formed": {
    pass: () => released(4950),
    fail: () => writing({ transitions: 1 }),
    unknown: () => new Story().starts("a", 0).claims("a", 1000).ends(5000),
  },
  "step-down": {
    pass: () => partitioned(6900),
    fail: () => partitioned(7200),
    unknown: () => handover(),
  },
  "endpoint-agreement": {
    pass: () => named("b"),
    fail: () => named("a"),
    unknown: () => handover(9500, { elector: { observe: "http" } }),
  },
  rejoin: {
    pass: () => partitioned(6900).calls("a", 12_500, "get"),
    fail: () => partitioned(6900, 30_000),
    unknown: () => partitioned(6900),
  },
  rollout: {
    pass: () => rolled().rolls("complete", 9600).ends(14_000),
    fail: () => rolled().rolls("stuck", 13_500, "1 of 1 updated, 0 ready").ends(14_000),
    unknown: () => handover(),
  },
};
