/** The user's input is wrong: exit status 3. The message names what and where, `mend` says what would be right. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly where: { readonly file?: string; readonly line?: number; readonly field?: string };
  readonly mend: string | undefined;
  constructor(
    message: string,
    where: { readonly file?: string; readonly line?: number; readonly field?: string } = {},
    mend?: string,
  ) {
    super(message);
    this.where = where;
    this.mend = mend;
  }
}

/** A path into a document as the field of an InputError: `timing.leaseDuration`, `command[1]`. */
export const fieldText = (path: readonly PropertyKey[]): string =>
  path.map((part, at) => (typeof part === "number" ? `[${part}]` : `${at > 0 ? "." : ""}${String(part)}`)).join("");

/** The harness or its environment failed: exit status 4. `mend` says what to do. */
export class HarnessError extends Error {
  override readonly name = "HarnessError";
  readonly mend: string | undefined;
  constructor(message: string, options: { readonly cause?: unknown; readonly mend?: string } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.mend = options.mend;
  }
}

/** Our own bug when it fails. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`interregnum has a bug: ${message}`);
}

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
