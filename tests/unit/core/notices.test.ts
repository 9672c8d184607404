import { expect, test } from "vitest";
import type { HistoryEvent, NoticeEvent, Recorder } from "../../../harness/core/events.ts";
import { parseHistory, serialiseEvent, serialiseHeader } from "../../../harness/core/history.ts";
import { judge } from "../../../harness/core/judge.ts";
import { noticeMeasures, noticeOf } from "../../../harness/core/notices.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { millis } from "../../../harness/core/time.ts";
import { allProperties } from "../../../harness/checkers/index.ts";
import { noticeListener } from "../../../harness/probes/notice-listener.ts";
import { Story } from "../checkers/story.ts";

const event = (more: Readonly<Record<string, unknown>> = {}) => ({
  metadata: { uid: "u1" },
  reason: "LeaderElection",
  message: "vm_1 became leader",
  count: 1,
  eventTime: null,
  ...more,
});
const notice = (at: number, identity: string, says: NoticeEvent["says"] = "leads"): NoticeEvent => ({
  type: "notice",
  at: millis(at),
  says,
  identity,
  api: "v1",
});

test("both APIs' Events are understood in their core form, and any other is none of them", () => {
  expect(noticeOf(event())).toEqual({ identity: "vm_1", says: "leads", api: "v1", count: 1 });
  const newer = event({
    message: "vm_1 stopped leading",
    count: undefined,
    eventTime: "2026-11-23T00:00:00.000000Z",
    series: { count: 3 },
  });
  expect(noticeOf(newer)).toEqual({ identity: "vm_1", says: "stopped", api: "events.k8s.io/v1", count: 3 });
  for (const other of [event({ reason: "Scheduled" }), event({ message: "hello" }), event({ message: 7 }), null])
    expect(noticeOf(other)).toBeUndefined();
});

test("an Event is recorded once, and again when its series grew", () => {
  const heard: HistoryEvent[] = [];
  const recorder: Recorder = { now: () => millis(5), since: () => millis(5), record: (each) => void heard.push(each) };
  const listen = noticeListener(recorder);
  for (const each of [event(), event(), event({ count: 2 }), event({ metadata: { uid: "u2" } })]) listen(each);
  expect(heard).toEqual([notice(5, "vm_1"), notice(5, "vm_1"), notice(5, "vm_1")]);
});

/** Two terms: of a from 1000, of b from 8000. */
const story = (...told: readonly NoticeEvent[]) =>
  new Story()
    .named("a", "vm_1")
    .named("b", "vm_2")
    .starts("a", 0)
    .starts("b", 0)
    .leads("a", 1000, 5000)
    .leads("b", 8000, 12_000)
    .tell(...told)
    .ends(13_000);
const measured = (...told: readonly NoticeEvent[]) => noticeMeasures(viewOf(story(...told).history()));

test("how late an Event is is measured from the claim that it tells of, and how many terms had none", () => {
  const start = viewOf(story().history()).tenures[0]!.start.at;
  expect(measured(notice(start + 40, "vm_1"))).toEqual({ eventLagMs: [40], termsWithoutEvent: [1] });
  expect(measured(notice(900, "vm_1"))).toEqual({ termsWithoutEvent: [2] }); // of a term before the first that was seen
  expect(measured(notice(1100, "somebody"))).toEqual({ termsWithoutEvent: [2] });
  expect(measured(notice(1100, "vm_1", "stopped"))).toEqual({ termsWithoutEvent: [2] });
  expect(measured()).toEqual({});
});

test("an Event convicts and acquits nobody", () => {
  const verdicts = (...told: readonly NoticeEvent[]) =>
    judge(viewOf(story(...told).history()), allProperties).results.map(({ name, verdict }) => [name, verdict]);
  expect(verdicts(notice(1100, "vm_2"), notice(1200, "vm_1"), notice(9000, "nobody"))).toEqual(verdicts());
});

test("a history keeps them", () => {
  const { header, events } = story(notice(1100, "vm_1")).history();
  const lines = [serialiseHeader(header), ...events.map(serialiseEvent)];
  expect(parseHistory(lines).events.filter(({ type }) => type === "notice")).toEqual([notice(1100, "vm_1")]);
});
