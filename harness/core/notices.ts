import type { NoticeEvent } from "./events.ts";
import { replicasByName } from "./ledger.ts";
import type { Figures } from "./measures.ts";
import { termsOf } from "./terms.ts";
import { toMicros } from "./time.ts";
import { perView, type Tenure, type View } from "./view.ts";

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What client-go's resource locks say in an Event of the reason LeaderElection: `<identity> became leader`. */
const MESSAGE = /^(.*) (became leader|stopped leading)$/;
export const NOTICE_REASON = "LeaderElection";

/** What an Event in its core form tells of an election, and how often by now; undefined for any other Event. */
export function noticeOf(
  object: unknown,
): (Pick<NoticeEvent, "says" | "identity" | "api"> & { readonly count: number }) | undefined {
  if (!isObject(object) || object["reason"] !== NOTICE_REASON || typeof object["message"] !== "string")
    return undefined;
  const [, identity, said] = MESSAGE.exec(object["message"]) ?? [];
  if (identity === undefined) return undefined;
  const series = isObject(object["series"]) ? object["series"]["count"] : undefined;
  const count = [series, object["count"]].find((value) => typeof value === "number") ?? 1;
  // Only events.k8s.io asks for the time of the event; both are served from the same objects.
  const api = typeof object["eventTime"] === "string" ? "events.k8s.io/v1" : "v1";
  return { identity, says: said === "became leader" ? "leads" : "stopped", api, count: count as number };
}

/** Each term with the first Event that can tell of it: one of its replica, after its start and before its next term's. */
const toldTerms = perView((view): readonly { readonly term: Tenure; readonly notice: NoticeEvent | undefined }[] => {
  const claims = (view.notices ?? []).filter((notice) => notice.says === "leads");
  const used = new Set<NoticeEvent>();
  const terms = termsOf(view);
  return terms.map((term) => {
    const next = terms.find((other) => other.replica === term.replica && other.start.since > term.start.at);
    const notice = claims.find(
      ({ identity, at }, index) =>
        !used.has(claims[index]!) &&
        at >= term.start.since &&
        at < (next?.start.since ?? Infinity) &&
        replicasByName(view).get(identity)?.has(term.replica) === true,
    );
    if (notice !== undefined) used.add(notice);
    return { term, notice };
  });
});

/**
 * How long after a term's claim its Event was seen, in ms, and how many terms had none; nothing for an elector that
 * wrote no Event at all. Events are lost and late by design: they are measured against beliefs and judge nobody.
 */
export function noticeMeasures(view: View): Figures {
  if (view.notices === undefined || view.notices.length === 0) return {};
  const told = toldTerms(view);
  const lags = told.flatMap(({ term, notice }) =>
    notice === undefined ? [] : [toMicros(Math.max(0, notice.at - term.start.at))],
  );
  return {
    ...(lags.length > 0 ? { eventLagMs: lags } : {}),
    termsWithoutEvent: [told.length - lags.length],
  };
}
