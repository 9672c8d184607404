/** A control character as something that can be seen: line breaks and tabs become spaces. */
function picture(character: string): string {
  const code = character.codePointAt(0)!;
  if (code === 0x09 || code === 0x0a || code === 0x0d) return " ";
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `\\u{${code.toString(16)}}`;
}

// C0, DEL, C1, and the marks that reorder or break lines: what a terminal or an editor would obey
const commands = /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu;

/** Third-party text on one line that cannot move a cursor, colour a terminal or reorder what stands beside it. */
export const plainText = (text: string): string => text.toWellFormed().replace(commands, picture);

/** The same of a text whose own line breaks are kept. */
export const plainLines = (text: string): string => text.split("\n").map(plainText).join("\n");

/** The longest prefix of one line that fits `width` characters, `…` at the cut. */
export const clip = (text: string, width: number): string =>
  text.length <= width ? text : width <= 1 ? "…" : `${text.slice(0, width - 1)}…`;

/** Text of characters that XML 1.0 allows, and that ends no CDATA section; escaping is the XML writer's part. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "�")
    // junit-report-builder writes its contents as CDATA and does not split them
    .replaceAll("]]>", "]] >");

/** One line of text inside Markdown prose or a table's cell. */
export const markdownText = (text: string): string => plainText(text).replace(/[\\`*_{}[\]<>#|~!@&]/g, "\\$&");

/** A fenced block longer than any fence inside it. */
export function markdownFence(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** The message of a GitHub workflow command (`::error::…`). */
export const commandText = (text: string): string => plainLines(text).replace(/%/g, "%25").replace(/\n/g, "%0A");

/** A property of a GitHub workflow command (`::error title=…`). */
export const commandProperty = (text: string): string => commandText(text).replace(/:/g, "%3A").replace(/,/g, "%2C");

/** JSON that is safe inside a script element, whatever its strings hold. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
