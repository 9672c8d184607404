/**
 * The order of a list that server-side apply merges by its elements: those of the configuration stand in its order, and
 * what it does not name stays before the next of the live list that both hold, as structured-merge-diff walks the two.
 */
export function mergedOrder(live: readonly string[], stated: readonly string[]): readonly string[] {
  const [there, wanted, done] = [new Set(live), new Set(stated), new Set<string>()];
  const shared = stated.filter((each) => there.has(each));
  let [left, right, next] = [0, 0, 0];
  const take = (element: string): void => {
    done.add(element);
    right += 1;
    if (shared[next] === element) next += 1;
  };
  while (left < live.length || right < stated.length) {
    const [old, fresh] = [live[left], stated[right]];
    if (old !== undefined && old === fresh) {
      take(old);
      left += 1;
    } else if (
      old !== undefined &&
      fresh !== undefined &&
      wanted.has(old) &&
      next < shared.length &&
      shared[next] !== old
    )
      left += 1; // both hold it, and it comes later
    else if (old !== undefined && !wanted.has(old)) {
      done.add(old);
      left += 1;
    } else {
      if (old !== undefined && done.has(old)) left += 1;
      if (fresh !== undefined) take(fresh);
    }
  }
  return [...done];
}
