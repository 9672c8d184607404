import { isJson } from "../../../harness/wire/schema.ts";
import type { Operation, UidRef, VersionRef } from "../operation.ts";
import { targets } from "../targets.ts";

/** Nobody's. */
const OTHER_UID = "00000000-1111-4222-8333-444444444444";

/** What a player saw on its side: operations name versions and uids by when they were seen. */
export class Memory {
  readonly #versions = new Map<string, string[]>();
  readonly #uids = new Map<string, string[]>();
  #list = "";
  #token = "";

  /** Of the last list, where it had more; "": it had not. */
  get token(): string {
    return this.#token;
  }

  #key(op: Operation): string {
    return `${targets[op.target]!.resource}/${op.name}`;
  }

  version(op: Operation, ref: VersionRef | undefined): string | undefined {
    if (ref === undefined) return undefined;
    if ("text" in ref) return ref.text;
    if (ref.seen === "list") return this.#list === "" ? undefined : this.#list;
    const seen = this.#versions.get(this.#key(op)) ?? [];
    return ref.seen === "last" ? seen.at(-1) : ref.seen === "before" ? seen.at(-2) : seen[0];
  }

  uid(op: Operation, ref: UidRef | undefined): string | undefined {
    if (ref === undefined || ref === "other") return ref && OTHER_UID;
    const seen = this.#uids.get(this.#key(op)) ?? [];
    return ref === "last" ? seen.at(-1) : seen[0];
  }

  note(value: unknown, resource: string): void {
    if (!isJson(value)) return;
    if (Array.isArray(value["items"])) {
      const metadata = isJson(value["metadata"]) ? value["metadata"] : {};
      if (typeof metadata["resourceVersion"] === "string") this.#list = metadata["resourceVersion"];
      this.#token = typeof metadata["continue"] === "string" ? metadata["continue"] : "";
      for (const item of value["items"]) this.note(item, resource);
      return;
    }
    const metadata = value["metadata"];
    if (!isJson(metadata) || typeof metadata["name"] !== "string") return;
    const key = `${resource}/${metadata["name"]}`;
    for (const [seen, found] of [
      [this.#versions, metadata["resourceVersion"]],
      [this.#uids, metadata["uid"]],
    ] as const) {
      if (typeof found !== "string") continue;
      const all = seen.get(key) ?? [];
      if (!all.includes(found)) seen.set(key, [...all, found]);
    }
  }
}
