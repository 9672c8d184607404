function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** The candidate that `text` most likely meant (Levenshtein, at most 40 % of its length away); undefined when none is near. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((candidate) => ({ candidate, far: distance(text, candidate) }));
  const best = ranked.toSorted((a, b) => a.far - b.far)[0];
  return best !== undefined && best.far <= Math.max(2, 0.4 * text.length) ? best.candidate : undefined;
}
