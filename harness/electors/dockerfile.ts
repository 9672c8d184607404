/** What a Dockerfile takes from its context: the sources of COPY and ADD that are no other stage's and no URL. */
export function contextSources(text: string): readonly string[] {
  const lines = text.replaceAll(/\\\r?\n/g, " ").split("\n");
  return lines.flatMap((line) => {
    const [, rest] = /^\s*(?:COPY|ADD)\s+(.*\S)\s*$/i.exec(line) ?? [];
    if (rest === undefined) return [];
    const [, flags = "", operands = ""] = /^((?:--\S+\s+)*)(.*)$/.exec(rest) ?? [];
    if (flags.includes("--from=")) return [];
    const words = operands.startsWith("[") ? (JSON.parse(operands) as string[]) : operands.split(/\s+/);
    return words.slice(0, -1).filter((word) => !word.includes("://"));
  });
}
