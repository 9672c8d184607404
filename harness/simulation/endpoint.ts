import type { Incarnation, Recorder } from "../core/events.ts";
import { answerLog } from "../probes/answer-log.ts";
import { understandAnswer } from "../probes/answer.ts";
import type { SimulatedProcess } from "./process.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** As the real poll has it: from one question to the next, and the longest wait for an answer, in ms. */
const EVERY = 50;
const TIMEOUT = 1000;

/** Asks a process's endpoint whom it names until the process has ended, and records what it answers. */
export function pollEndpoint(
  clock: VirtualClock,
  process: SimulatedProcess,
  leader: () => (() => string) | undefined,
  latency: () => number,
  recorder: Recorder,
): void {
  const log = answerLog(recorder);
  const who: Incarnation = process.who;
  const ask = (): void => {
    const asked = clock.now();
    let open = true;
    const later = clock.after(TIMEOUT, () => settle(() => log.silent(who, asked, `no answer within ${TIMEOUT} ms`)));
    const settle = (tell: () => void): void => {
      if (!open) return;
      open = false;
      clock.cancel(later);
      tell();
      if (!process.alive) return log.close(clock.now());
      clock.at(Math.max(clock.now() + 1, asked + EVERY), ask);
    };
    clock.after(latency(), () => {
      if (!process.alive) return settle(() => log.silent(who, asked, "connection refused"));
      process.deliver(() => {
        const names = leader()?.();
        clock.after(latency(), () =>
          settle(() => {
            const answer = understandAnswer(200, JSON.stringify({ name: names }), who.replica);
            if (answer && process.alive) log.answered(who, asked, clock.now(), answer);
            else log.silent(who, asked, "connection refused");
          }),
        );
      });
    });
  };
  ask();
}
