/** Pause between two ticks in ms: with the turn that reports something, the width of an observation's bounds. */
export const PERIOD = 4;

export type LoopMark = Disposable & {
  /** What an I/O callback that runs now reports was not there before this instant; in the units of the clock given. */
  mark(): number;
};

/**
 * Turns the event loop into a lower bound of what it reports; `ticked` hears of each tick and of the one before.
 *
 * Why mark() is a bound. libuv turns through timers → poll → check. Tick k runs among the timers, at T(k), and asks
 * for an immediate, which runs in the check phase C(k) of the same turn; an outstanding immediate also keeps the poll
 * between them from blocking. So a whole poll, begun after T(k), has ended by C(k), and it reported every watched
 * descriptor that was readable at T(k), and every child that had ended by then. From C(k) on, what is reported came
 * after T(k): that is the mark. In the poll between T(k) and C(k) the mark is still T(k−1), which is true by the same
 * argument.
 * What it leans on: a readable stream is drained by one poll (libuv reads up to 32 × 64 KiB at a time, a pipe holds
 * less) and nobody paused it; fewer than 49,000 descriptors are ready at once. A socket accepted in this turn was not
 * watched in the last poll: what it brings is bounded by the mark of its own acceptance.
 */
export function openLoopMark(now: () => number, ticked: (at: number, last: number) => void = () => {}): LoopMark {
  let mark = 0;
  let last = now();
  let closed = false;
  let timer: NodeJS.Timeout;

  const tick = (): void => {
    const at = now();
    ticked(at, last);
    last = at;
    setImmediate(() => {
      mark = at;
      if (!closed) schedule();
    });
  };
  // Not an interval: two overdue firings of an interval can share one timers phase, with no poll between them.
  const schedule = (): void => {
    timer = setTimeout(tick, PERIOD);
    timer.unref();
  };
  schedule();
  return {
    mark: () => mark,
    [Symbol.dispose]() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
