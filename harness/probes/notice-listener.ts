import type { Recorder } from "../core/events.ts";
import { noticeOf } from "../core/notices.ts";

/** Takes Events in their core form as they are written, and records those of elections: each of a series once. */
export function noticeListener(recorder: Recorder): (event: { readonly metadata: { readonly uid?: string } }) => void {
  const counts = new Map<string, number>();
  return (event) => {
    const notice = noticeOf(event);
    if (notice === undefined) return;
    const { count, ...told } = notice;
    const uid = event.metadata.uid ?? "";
    if (count <= (counts.get(uid) ?? 0)) return;
    counts.set(uid, count);
    recorder.record({ type: "notice", at: recorder.now(), ...told });
  };
}
