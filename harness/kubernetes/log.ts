import { tooOld } from "./errors.ts";
import type { Change } from "./objects.ts";

/** The last changes, one a version; what is older is forgotten and answered by 410. */
export class ChangeLog {
  readonly #limit: number;
  #changes: Change[] = [];
  /** The version before the oldest change that is kept. */
  #base: number;

  /** `limit`: how many changes are kept at least; up to twice as many are held. */
  constructor(base: number, limit: number) {
    this.#base = base;
    this.#limit = limit;
  }

  append(change: Change): void {
    this.#changes.push(change);
    if (this.#changes.length >= 2 * this.#limit) this.compact(change.version - this.#limit);
  }

  /** Changes after `version`, oldest first; throws 410 when some of them are forgotten. */
  since(version: number): readonly Change[] {
    if (version < this.#base) throw tooOld(version, this.#base);
    return this.#changes.slice(version - this.#base);
  }

  /** The oldest version that a watch may start from. */
  get oldest(): number {
    return this.#base;
  }

  /** Forgets changes up to and including `version`. */
  compact(version: number): void {
    if (version <= this.#base) return;
    this.#changes = this.#changes.slice(version - this.#base);
    this.#base = version;
  }
}
