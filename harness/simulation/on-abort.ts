const WAITING = Symbol("waiting");

type Waited = AbortSignal & { [WAITING]?: (() => void)[] };

/**
 * Calls back once when the signal aborts; the returned function takes the callback out again. One listener a signal,
 * and no map beside it: adding and removing one for each wait would cost as much as all the rest of a simulated call.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const acts = (signal as Waited)[WAITING] ?? listen(signal);
  acts.push(act);
  return () => {
    const last = acts.pop();
    if (last === act || last === undefined) return;
    const index = acts.indexOf(act);
    if (index === -1) acts.push(last); // it had been called already
    else acts[index] = last;
  };
}

function listen(signal: Waited): (() => void)[] {
  const acts: (() => void)[] = [];
  signal[WAITING] = acts;
  const abort = (): void => {
    for (const act of acts.splice(0)) act();
  };
  signal.addEventListener("abort", abort, { once: true });
  return acts;
}
