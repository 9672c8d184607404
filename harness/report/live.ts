import { stripVTControlCharacters } from "node:util";
import type { Sink } from "./reporter.ts";

const HIDE = "\u001b[?25l";
const SHOW = "\u001b[?25h";
const UP = "\u001b[1A";
const ERASE = "\u001b[2K";

/** Lines at the bottom of a terminal that are redrawn in place; what is printed goes above them. Owner disposes. */
export class LiveRegion {
  readonly #stream: Sink;
  #height = 0;
  #hidden = false;

  constructor(stream: Sink) {
    this.#stream = stream;
  }

  /** Characters that a line may have without wrapping. */
  get width(): number {
    return Math.max(20, (this.#stream.columns || 80) - 1); // some terminals say 0
  }

  #erased(): string {
    return `\r${ERASE}${`${UP}${ERASE}`.repeat(this.#height)}`;
  }

  /** Replaces the region; `above` is printed for good before it. Lines wider than the terminal lose their colours. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    const fitting = lines.map((line) => {
      const bare = stripVTControlCharacters(line);
      return bare.length <= this.width ? line : `${bare.slice(0, this.width - 1)}…`;
    });
    const hide = this.#hidden ? "" : HIDE;
    this.#hidden = true;
    const text = [...above, ...fitting].map((line) => `${line}\n`).join("");
    this.#stream.write(`${hide}${this.#erased()}${text}`);
    this.#height = fitting.length;
  }

  /** Erases the region and shows the cursor again; safe twice. */
  [Symbol.dispose](): void {
    if (!this.#hidden) return;
    this.#stream.write(`${this.#erased()}${SHOW}`);
    this.#height = 0;
    this.#hidden = false;
  }
}
