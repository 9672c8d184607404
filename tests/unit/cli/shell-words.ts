/** A command that a page tells its reader to paste. */
export type Pasted = { readonly page: string; readonly line: number; readonly text: string };

/** Tools of this project, as they begin a command; what has its options in brackets is no command to paste. */
const ours = /^(npm (ci|run|test)\b|node harness\/|(npx )?interregnum \w)[^[\]]*$/;

/** The commands of the project's own in a text of shell or of a workflow's steps: comments, pipes and && taken apart. */
function commandsIn(text: string): readonly { readonly offset: number; readonly text: string }[] {
  // A line that goes on is one with the next; what it was cut at stands as spaces, so that lines can still be counted.
  const joined = text.replace(/\\\n/g, "  ").replace(/\|\n/g, "| ");
  const found: { offset: number; text: string }[] = [];
  let offset = 0;
  for (const line of joined.split("\n")) {
    for (const part of line.replace(/(^|\s)#.*$/, "").split(/&&|\||;/)) {
      const command = part.trim().replace(/^(- )?run: /, "");
      if (ours.test(command)) found.push({ offset, text: command });
    }
    offset += line.length + 1;
  }
  return found;
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

/** Every such command of a page: those of its fences, and those in the middle of its text, in backticks. */
export function commandsOf(page: string, markdown: string): readonly Pasted[] {
  const found: Pasted[] = [];
  const take = (body: string, start: number): void => {
    for (const { offset, text } of commandsIn(body)) found.push({ page, line: lineAt(markdown, start + offset), text });
  };
  const fences = /^```[^\n]*\n(.*?)^```/gms;
  for (const match of markdown.matchAll(fences)) take(match[1]!, match.index + match[0].indexOf("\n") + 1);
  const prose = markdown.replace(fences, (fence) => fence.replace(/[^\n]/g, " "));
  for (const match of prose.matchAll(/`([^`]+)`/g)) take(match[1]!.replace(/\n\s*/g, " "), match.index);
  return found;
}

/** A command's words, as a shell has them. */
export const wordsOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g), ([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
