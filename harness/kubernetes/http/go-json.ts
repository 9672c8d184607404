/** Why a text is no JSON, in the words of Go's scanner; the position of the first wrong byte decides. */
class Wrong extends Error {}

const quoted = (char: string): string =>
  char === "'" ? `'\\''` : char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`;

class Scanner {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  scan(): void {
    this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#fail("after top-level value");
  }

  #fail(where: string): never {
    const char = this.#text[this.#at];
    throw new Wrong(char === undefined ? "unexpected end of JSON input" : `invalid character ${quoted(char)} ${where}`);
  }

  #space(): void {
    while (" \t\r\n".includes(this.#text[this.#at] ?? "x")) this.#at += 1;
  }

  #take(char: string, where: string): void {
    if (this.#text[this.#at] !== char) this.#fail(where);
    this.#at += 1;
  }

  #value(): void {
    this.#space();
    const char = this.#text[this.#at];
    if (char === "{") this.#object();
    else if (char === "[") this.#array();
    else if (char === '"') this.#string();
    else if (char === "t") this.#literal("true");
    else if (char === "f") this.#literal("false");
    else if (char === "n") this.#literal("null");
    else if (char !== undefined && /[-\d]/.test(char)) this.#number();
    else this.#fail("looking for beginning of value");
  }

  #literal(word: string): void {
    for (const expected of word) this.#take(expected, `in literal ${word} (expecting '${expected}')`);
  }

  #digits(where: string): void {
    if (!/\d/.test(this.#text[this.#at] ?? "")) this.#fail(where);
    while (/\d/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }

  #number(): void {
    if (this.#text[this.#at] === "-") this.#at += 1;
    if (this.#text[this.#at] === "0") this.#at += 1;
    else this.#digits("in numeric literal");
    if (this.#text[this.#at] === ".") {
      this.#at += 1;
      this.#digits("after decimal point in numeric literal");
    }
    if (/[eE]/.test(this.#text[this.#at] ?? "")) {
      this.#at += 1;
      if (/[-+]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
      this.#digits("in exponent of numeric literal");
    }
  }

  #string(): void {
    this.#at += 1;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char < " ") this.#fail("in string literal");
      this.#at += 1;
      if (char === '"') return;
      if (char !== "\\") continue;
      const escape = this.#text[this.#at];
      if (escape === undefined || !'"\\/bfnrtu'.includes(escape)) this.#fail("in string escape code");
      this.#at += 1;
      if (escape === "u") this.#hexadecimal();
    }
  }

  #hexadecimal(): void {
    for (let digit = 0; digit < 4; digit += 1) {
      if (!/[\da-fA-F]/.test(this.#text[this.#at] ?? "")) this.#fail("in \\u hexadecimal character escape");
      this.#at += 1;
    }
  }

  #members(close: string, after: string, member: () => void): void {
    for (;;) {
      member();
      this.#space();
      if (this.#text[this.#at] === close) break;
      this.#take(",", after);
    }
    this.#at += 1;
  }

  #empty(close: string): boolean {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] !== close) return false;
    this.#at += 1;
    return true;
  }

  #object(): void {
    if (this.#empty("}")) return;
    this.#members("}", "after object key:value pair", () => {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#fail("looking for beginning of object key string");
      this.#string();
      this.#space();
      this.#take(":", "after object key");
      this.#value();
    });
  }

  #array(): void {
    if (!this.#empty("]")) this.#members("]", "after array element", () => this.#value());
  }
}

export type Parsed = { readonly value: unknown } | { readonly error: string };

/** Parses JSON; the error is worded as Go words it. */
export function parseGoJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { error: whyNot(text) };
  }
}

function whyNot(text: string): string {
  try {
    new Scanner(text).scan();
    return "unexpected end of JSON input";
  } catch (error) {
    if (error instanceof Wrong) return error.message;
    throw error;
  }
}

/** What kind of JSON a value is, as Go's decoder says it. */
export const goKind = (value: unknown): string =>
  Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
