/** Text made safe for markup, attributes included. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** An instant, seconds to the tenth of a millisecond: `4.2123 s`. */
export const exactly = (at: number): string => `${(at / 1000).toFixed(4)} s`;

/** A span: `0.42 ms`, `412 ms`, `1.41 s`. */
export function span(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return size >= 10 || size === 0 ? `${Math.round(ms)} ms` : `${ms.toFixed(2)} ms`;
}

/** Pixels that 11-pixel text takes, at least: enough to decide whether a label fits. */
export const textWidth = (text: string): number => text.length * 6.3;

/** A coordinate to the hundredth of a pixel. */
export const px = (value: number): string => String(Math.round(value * 100) / 100);
