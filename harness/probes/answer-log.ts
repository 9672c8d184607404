import { incarnationKey, type Incarnation, type Recorder } from "../core/events.ts";
import type { Millis } from "../core/time.ts";
import type { Answer } from "./answer.ts";

/** Records what polling a replica yields: answers, and one gap for each stretch without any. */
export type AnswerLog = {
  answered(who: Incarnation, asked: Millis, at: Millis, answer: Answer): void;
  /** The poll asked at `asked` brought nothing. */
  silent(who: Incarnation, asked: Millis, reason: string): void;
  /** The observation of the present incarnation ends. */
  close(at: Millis): void;
};

/**
 * A stretch runs from the first fruitless poll to the next fruitful one, to the incarnation's end, or to close().
 * Before a process has ever answered it cannot have been listened to in vain: if its first answer denies, the wait
 * for that answer (its start) is no gap; if it claims, or never comes, it is one.
 */
export function answerLog(recorder: Recorder): AnswerLog {
  let current: Incarnation | undefined;
  let contact = false;
  let lost: { readonly since: Millis; readonly reason: string } | undefined;

  const close = (at: Millis): void => {
    if (current !== undefined && lost !== undefined)
      recorder.record({ type: "gap", ...current, since: lost.since, at, reason: lost.reason });
    lost = undefined;
  };
  const turnTo = (who: Incarnation, at: Millis): void => {
    if (current !== undefined && incarnationKey(current) === incarnationKey(who)) return;
    close(at);
    contact = false;
    current = { replica: who.replica, incarnation: who.incarnation };
  };

  return {
    close,
    answered(who, asked, at, answer) {
      turnTo(who, asked);
      if (!contact && !answer.leading) lost = undefined;
      contact = true;
      close(asked);
      const { replica, incarnation } = who;
      recorder.record({ type: "answer", at, replica, incarnation, asked, ...answer });
    },
    silent(who, asked, reason) {
      turnTo(who, asked);
      lost ??= { since: asked, reason };
    },
  };
}
