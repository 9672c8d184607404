/** Throws unless the text is XML whose tags nest, attributes are quoted and text holds no bare markup. */
export function wellFormed(xml: string): void {
  const token =
    /<\?xml [^?]*\?>|<!\[CDATA\[[^]*?\]\]>|<\/([\w-]+)\s*>|<([\w-]+)((?:\s+[\w-]+="(?:[^<&"]|&(?:#\d+|#x[\da-fA-F]+|amp|lt|gt|quot|apos);)*")*)\s*(\/?)>|(?:[^<&]|&(?:#\d+|#x[\da-fA-F]+|amp|lt|gt|quot|apos);)+/uy;
  const open: string[] = [];
  let at = 0;
  while (at < xml.length) {
    token.lastIndex = at;
    const found = token.exec(xml);
    if (found === null) throw new Error(`not XML at ${at}: ${xml.slice(at, at + 60)}`);
    const [, closes, opens, , empty] = found;
    if (closes !== undefined && open.pop() !== closes) throw new Error(`</${closes}> closes nothing at ${at}`);
    if (opens !== undefined && empty !== "/") open.push(opens);
    at = token.lastIndex;
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(", ")}`);
}
