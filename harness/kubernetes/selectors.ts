import { badRequest } from "./errors.ts";
import type { KubeObject } from "./objects.ts";
import type { Resource } from "./resources.ts";

export type Predicate = (object: KubeObject) => boolean;
type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const everything: Predicate = () => true;
const word = /^[^\s=!,()<>]+/;

/** A label selector's tokens, in the grammar of k8s.io/apimachinery/pkg/labels. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let rest = text.trimStart();
  while (rest !== "") {
    const token = /^(==|!=|=|!|,|\(|\)|<|>)/.exec(rest)?.[0] ?? word.exec(rest)?.[0];
    if (token === undefined) throw badRequest(`unable to parse requirement: found '${rest[0]}', expected: identifier`);
    tokens.push(token);
    rest = rest.slice(token.length).trimStart();
  }
  return tokens;
}

const fail = (found: string | undefined, expected: string): Error =>
  badRequest(`unable to parse requirement: found '${found ?? ""}', expected: ${expected}`);

const isWord = (token: string | undefined): token is string => token !== undefined && word.test(token);

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;
  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }
  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }
  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }
  #next(): string | undefined {
    return this.#tokens[this.#at++];
  }
  #key(): string {
    const key = this.#next();
    if (!isWord(key)) throw fail(key, "identifier");
    return key;
  }
  #set(): Set<string> {
    const open = this.#next();
    if (open !== "(") throw badRequest(`unable to parse requirement: found '${open ?? ""}' expected: '('`);
    const values = new Set<string>();
    for (;;) {
      const token = this.#peek();
      values.add(isWord(token) ? this.#next()! : "");
      const separator = this.#next();
      if (separator === ")") return values;
      if (separator !== ",") throw fail(separator, "',' or ')'");
    }
  }
  #value(): string {
    const token = this.#peek();
    if (token === undefined || token === ",") return "";
    if (!isWord(token)) throw fail(token, "identifier");
    return this.#next()!;
  }
  #requirement(): Requirement {
    if (this.#peek() === "!") {
      this.#next();
      const absent = this.#key();
      return (labels) => !(absent in labels);
    }
    const key = this.#key();
    const operator = this.#peek();
    if (operator === undefined || operator === ",") return (labels) => key in labels;
    this.#next();
    switch (operator) {
      case "=":
      case "==": {
        const value = this.#value();
        return (labels) => labels[key] === value;
      }
      case "!=": {
        const value = this.#value();
        return (labels) => labels[key] !== value;
      }
      case "in": {
        const values = this.#set();
        return (labels) => key in labels && values.has(labels[key]!);
      }
      case "notin": {
        const values = this.#set();
        return (labels) => !(key in labels) || !values.has(labels[key]!);
      }
      case "<":
      case ">": {
        const limit = Number(this.#value());
        const sign = operator === ">" ? 1 : -1;
        return (labels) => /^-?\d+$/.test(labels[key] ?? "") && sign * (Number(labels[key]) - limit) > 0;
      }
      default:
        throw fail(operator, "in, notin, =, ==, !=, gt, lt");
    }
  }
  all(): Requirement[] {
    const requirements: Requirement[] = [];
    while (!this.done) {
      requirements.push(this.#requirement());
      const separator = this.#next();
      if (separator === undefined) break;
      if (separator !== ",") throw fail(separator, "',' or 'end of string'");
      if (this.done) throw badRequest("found '', expected: identifier after ','");
    }
    return requirements;
  }
}

/** A label selector, equality and set based; throws the API's 400. */
export function labelSelector(text: string | null): Predicate {
  if (text === null || text.trim() === "") return everything;
  const requirements = new Parser(text).all();
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return requirements.every((holds) => holds(labels));
  };
}

/** A field selector of equalities; throws the API's 400 for a field this resource is not selected by. */
export function fieldSelector(text: string | null, resource: Resource): Predicate {
  if (text === null || text === "") return everything;
  const terms = text
    .split(/(?<!\\),/)
    .filter((term) => term !== "")
    .map((term) => {
      const match = /^(.*?)(!=|==|=)(.*)$/.exec(term);
      if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, label, operator, value] = match;
      return {
        read: reader(label!, resource),
        equal: operator !== "!=",
        value: value!.replaceAll(/\\([\\,=])/g, "$1"),
      };
    });
  return (object) => terms.every(({ read, equal, value }) => (read(object) === value) === equal);
}

function reader(label: string, resource: Resource): (object: KubeObject) => string {
  if (label === "metadata.name") return (object) => object.metadata.name;
  if (label === "metadata.namespace" && resource.namespaced) return (object) => object.metadata.namespace ?? "";
  const read = resource.fields[label];
  if (read !== undefined) return read;
  const known = ["metadata.name", ...(resource.namespaced ? ["metadata.namespace"] : [])];
  throw badRequest(
    Object.keys(resource.fields).length === 0
      ? `"${label}" is not a known field selector: only ${known.map((each) => `"${each}"`).join(", ")}`
      : `field label not supported: ${label}`,
  );
}
