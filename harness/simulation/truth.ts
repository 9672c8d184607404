import type { Incarnation } from "../core/events.ts";

/** A stretch in which an incarnation held itself to be leader, by its own statements, whoever saw them. */
export type Belief = Incarnation & { readonly from: number; readonly to: number };

/** What really happened in a simulated trial: known because it was simulated, and hidden from every checker. */
export type Truth = {
  readonly beliefs: readonly Belief[];
  readonly end: number;
};

/** Two replicas that led at once. */
export type TrueOverlap = {
  readonly first: Belief;
  readonly second: Belief;
  readonly from: number;
  readonly to: number;
};

/** Every pair of beliefs of different replicas that overlap, in the order of the beliefs; O(n²). */
export function trueOverlaps({ beliefs }: Truth): TrueOverlap[] {
  return beliefs.flatMap((first, index) =>
    beliefs.slice(index + 1).flatMap((second) => {
      const [from, to] = [Math.max(first.from, second.from), Math.min(first.to, second.to)];
      return first.replica !== second.replica && from < to ? [{ first, second, from, to }] : [];
    }),
  );
}

/** Keeps the beliefs while a trial runs. */
export class BeliefLog {
  readonly #open = new Map<string, { readonly who: Incarnation; readonly from: number }>();
  readonly #closed: Belief[] = [];

  claim(key: string, who: Incarnation, at: number): void {
    if (!this.#open.has(key)) this.#open.set(key, { who, from: at });
  }

  /** A disclaim, or the process's end. */
  over(key: string, at: number): void {
    const belief = this.#open.get(key);
    if (belief === undefined) return;
    this.#open.delete(key);
    this.#closed.push({ ...belief.who, from: belief.from, to: at });
  }

  leads(key: string): boolean {
    return this.#open.has(key);
  }

  truth(end: number): Truth {
    const open = [...this.#open.values()].map(({ who, from }) => ({ ...who, from, to: end }));
    return { beliefs: [...this.#closed, ...open].sort((a, b) => a.from - b.from), end };
  }
}
