/** What goes through a carrier: connections side by side, and words (channel 0). */
export type Frame = { readonly kind: Kind; readonly channel: number; readonly body: Buffer };

/** open: a connection to whom the body names. end: nothing more comes. reset: it is gone. word: JSON. */
export type Kind = "open" | "data" | "end" | "reset" | "word";
const KINDS: readonly Kind[] = ["open", "data", "end", "reset", "word"];

const HEAD = 9;
/** More than a read of a socket ever gives; what claims to be longer is no frame. */
const LONGEST = 16 * 1024 * 1024;

/** Length of the body, kind, channel, body; numbers are big-endian. */
export function frame(kind: Kind, channel: number, body: Buffer | string = ""): Buffer {
  const content = typeof body === "string" ? Buffer.from(body) : body;
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(content.length, 0);
  head.writeUInt8(KINDS.indexOf(kind), 4);
  head.writeUInt32BE(channel, 5);
  return Buffer.concat([head, content]);
}

/** Gives each whole frame of a stream that comes in pieces. Throws when it is no such stream. */
export function frameReader(): (chunk: Buffer) => readonly Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    let from = 0;
    while (rest.length - from >= HEAD) {
      const length = rest.readUInt32BE(from);
      const kind = KINDS[rest.readUInt8(from + 4)];
      if (kind === undefined || length > LONGEST) throw new Error("what came through the relay is no frame");
      if (rest.length - from < HEAD + length) break;
      const body = rest.subarray(from + HEAD, from + HEAD + length);
      frames.push({ kind, channel: rest.readUInt32BE(from + 5), body });
      from += HEAD + length;
    }
    rest = rest.subarray(from);
    return frames;
  };
}
