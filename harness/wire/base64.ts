const LINE_END = /[\r\n]/;

/** Where Go's decoder finds a text to be no base64, as a number of bytes; undefined: it is. Ends of lines are passed over. */
export function badBase64(text: string): number | undefined {
  const bytes = [...Buffer.from(text).toString("latin1")];
  let [at, quantum] = [0, 0];
  const skip = (): void => {
    while (at < bytes.length && LINE_END.test(bytes[at]!)) at += 1;
  };
  for (skip(); at < bytes.length; skip()) {
    const byte = bytes[at]!;
    if (/[A-Za-z0-9+/]/.test(byte)) {
      at += 1;
      quantum = (quantum + 1) % 4;
      continue;
    }
    if (byte !== "=" || quantum < 2) return at;
    at += 1;
    skip();
    if (quantum === 2) {
      if (at === bytes.length) return at;
      if (bytes[at] !== "=") return at - 1;
      at += 1;
      skip();
    }
    return at < bytes.length ? at : undefined;
  }
  return quantum === 0 ? undefined : at - quantum;
}
