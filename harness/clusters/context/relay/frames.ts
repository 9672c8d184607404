/** What goes through a carrier: connections side by side, and words (channel 0). */
export type Frame = {
  readonly kind: Kind;
  readonly channel: number;
  readonly body: Buffer;
  /** By the sender's clock. */
  readonly sent: number;
};

/** open: a connection to whom the body names. end: nothing more comes. reset: it is gone. word: JSON. */
export type Kind = "open" | "data" | "end" | "reset" | "word";
const KINDS: readonly Kind[] = ["open", "data", "end", "reset", "word"];

const HEAD = 17;
/** More than a read of a socket ever gives; what claims to be longer is no frame. */
const LONGEST = 16 * 1024 * 1024;

/** Length of the body, kind, channel, when it was sent, body; numbers are big-endian. */
export function frame(kind: Kind, channel: number, sent: number, body: Buffer | string = ""): Buffer {
  const content = typeof body === "string" ? Buffer.from(body) : body;
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(content.length, 0);
  head.writeUInt8(KINDS.indexOf(kind), 4);
  head.writeUInt32BE(channel, 5);
  head.writeDoubleBE(sent, 9);
  return Buffer.concat([head, content]);
}

/** Gives each whole frame of a stream that comes in pieces. Throws when it is no such stream. */
export function frameReader(): (chunk: Buffer) => readonly Frame[] {
  let parts: Buffer[] = [];
  let [have, needed] = [0, HEAD];
  return (chunk) => {
    parts.push(chunk);
    have += chunk.length;
    if (have < needed) return [];
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const frames: Frame[] = [];
    let from = 0;
    for (needed = HEAD; bytes.length - from >= HEAD; needed = HEAD) {
      const length = bytes.readUInt32BE(from);
      const kind = KINDS[bytes.readUInt8(from + 4)];
      if (kind === undefined || length > LONGEST) throw new Error("what came through the relay is no frame");
      needed = HEAD + length;
      if (bytes.length - from < needed) break;
      const body = bytes.subarray(from + HEAD, from + needed);
      frames.push({ kind, channel: bytes.readUInt32BE(from + 5), body, sent: bytes.readDoubleBE(from + 9) });
      from += needed;
    }
    parts = [bytes.subarray(from)];
    have = bytes.length - from;
    return frames;
  };
}
