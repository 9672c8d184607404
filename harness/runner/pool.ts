/** Runs the work items, at most `width` at once, in order of start; stops starting when `more` says so. */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  more: () => boolean,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && more(); item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, items.length)) }, worker));
}
