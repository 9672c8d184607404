/** A file as it stands in an archive. */
export type Entry = { readonly name: string; readonly content: Buffer; readonly executable: boolean };

const BLOCK = 512;
const padded = (length: number): number => Math.ceil(length / BLOCK) * BLOCK;

/** The archive (ustar) of these files: the same bytes for the same files, whoever owns them and whenever they were written. */
export function tarOf(entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap(({ name, content, executable }) => [
    headerOf(name, content.length, executable),
    content,
    Buffer.alloc(padded(content.length) - content.length),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`;

function headerOf(path: string, size: number, executable: boolean): Buffer {
  const header = Buffer.alloc(BLOCK);
  const [prefix, name] = split(path);
  header.write(name, 0, 100);
  header.write(octal(executable ? 0o755 : 0o644, 8), 100);
  header.write(octal(0, 8), 108); // owner
  header.write(octal(0, 8), 116); // group
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136); // time
  header.write(" ".repeat(8), 148); // the sum counts itself as spaces
  header.write("0", 156); // a plain file
  header.write("ustar\u000000", 257);
  header.write(prefix, 345, 155);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** ustar keeps a path in two fields, cut at a slash; throws RangeError for one that fits neither way. */
function split(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ["", path];
  for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return [prefix, name];
  }
  throw new RangeError(`${path} is too long a path for an archive`);
}
