import type { Valve } from "./valve.ts";

/**
 * Runs the work items, at most as many at once as the valve allows, in order of start; the next one is let in when the
 * one before has `begun` or ended. Starts no more when `more` says so. Rejects with the first that rejects, and does not
 * wait for the others then.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  valve: Valve,
  more: () => boolean,
  work: (item: Item, begun: () => void) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {}); // it is looked at below, or the work has succeeded
  for (const item of items) {
    while (running.size > 0 && running.size >= valve.width())
      await Promise.race([failed.promise, ...running, valve.turned()]);
    if (!more()) break;
    const begun = Promise.withResolvers<void>();
    const one = work(item, begun.resolve)
      .catch(failed.reject)
      .finally(() => {
        running.delete(one);
        valve.running(running.size);
        begun.resolve();
      });
    running.add(one);
    valve.running(running.size);
    await Promise.race([failed.promise, begun.promise]);
  }
  await Promise.race([failed.promise, Promise.all(running)]);
}
