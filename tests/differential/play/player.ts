import { JSON_TYPE } from "../../../harness/wire/body.ts";
import type { Json } from "../../../harness/wire/schema.ts";
import type { Operation } from "../operation.ts";
import type { Side, Watching } from "../side.ts";
import { pathOf, targets } from "../targets.ts";
import { Memory } from "./memory.ts";
import type { Outcome } from "./outcome.ts";
import { race } from "./race.ts";
import { requestOf, said } from "./request.ts";

/** One sequence of operations on one side, in a namespace of its own; it resolves what operations name by what it saw. */
export class Player {
  readonly #side: Side;
  readonly #namespace: string;
  readonly #seen = new Memory();
  readonly watches: Watching[] = [];

  constructor(side: Side, namespace: string) {
    this.#side = side;
    this.#namespace = namespace;
  }

  async open(): Promise<void> {
    const json = async (path: string, body: object): Promise<void> => {
      await this.#side.call({ method: "POST", path, body: JSON.stringify(body), type: JSON_TYPE, accept: JSON_TYPE });
    };
    await json("/api/v1/namespaces", { metadata: { name: this.#namespace } });
    // What the service-account controller would do: without it no pod is admitted.
    await json(`/api/v1/namespaces/${this.#namespace}/serviceaccounts`, { metadata: { name: "default" } });
  }

  /** Waits until the server's cache, which some reads are answered from, holds all that was written. */
  async #settle(op: Operation): Promise<void> {
    const path = pathOf(targets[op.target]!, this.#namespace, "");
    const now = await this.#side.call({ method: "GET", path: `${path}?limit=1`, accept: JSON_TYPE });
    const { resourceVersion = "0" } = ((now.body as Json)["metadata"] ?? {}) as { resourceVersion?: string };
    const query = `resourceVersion=${resourceVersion}&resourceVersionMatch=NotOlderThan`;
    await this.#side.call({ method: "GET", path: `${path}?${query}`, accept: JSON_TYPE });
  }

  async play(op: Operation): Promise<Outcome> {
    if (op.verb === "race") return race(op, this.#namespace, this.#side, this.#seen);
    const cached = op.verb === "watch" || ((op.verb === "get" || op.verb === "list") && op.version !== undefined);
    if (cached) await this.#settle(op);
    const sent = requestOf(op, this.#namespace, this.#seen);
    if (op.verb === "watch") {
      const watching = await this.#side.watch(sent);
      this.watches.push(watching);
      return { said: said(sent), answers: watching.answer === undefined ? [] : [watching.answer], watching };
    }
    const answer = await this.#side.call(sent);
    this.#seen.note(answer.body, targets[op.target]!.resource);
    return { said: said(sent), answers: [answer] };
  }
}
