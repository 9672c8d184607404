import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { decodeBody, encodeBody, JSON_TYPE, PROTOBUF_TYPE } from "../../harness/wire/body.ts";
import { isJson, type Json, type KubeLike } from "../../harness/wire/schema.ts";
import { tells } from "./normal.ts";
import type { Operation, SentAs, UidRef, VersionRef } from "./operation.ts";
import type { Answer, Sent, Side, Watching } from "./side.ts";
import { pathOf, targets } from "./targets.ts";

/** What one operation brought on one side. */
export type Outcome = {
  readonly said: string;
  readonly answers: readonly Answer[];
  readonly watching?: Watching;
};

const patchTypes = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** Nobody's. */
const OTHER_UID = "00000000-1111-4222-8333-444444444444";
/** How long a watch of the real API may lag behind (ms), and how often it is looked at. */
const LAG = 1500;
const LOOK = 10;
/** How long an event that should not come is waited for, in ms. */
const GRACE = 25;

/** One sequence of operations on one side, in a namespace of its own; it resolves what operations name by what it saw. */
class Player {
  readonly #side: Side;
  readonly #namespace: string;
  readonly #versions = new Map<string, string[]>();
  readonly #uids = new Map<string, string[]>();
  readonly watches: Watching[] = [];
  #list = "";
  #token = "";

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

  #key(op: Operation): string {
    return `${targets[op.target]!.resource}/${op.name}`;
  }

  #version(op: Operation, ref: VersionRef | undefined): string | undefined {
    if (ref === undefined) return undefined;
    if ("text" in ref) return ref.text;
    if (ref.seen === "list") return this.#list === "" ? undefined : this.#list;
    const seen = this.#versions.get(this.#key(op)) ?? [];
    return ref.seen === "last" ? seen.at(-1) : ref.seen === "before" ? seen.at(-2) : seen[0];
  }

  #uid(op: Operation, ref: UidRef | undefined): string | undefined {
    if (ref === undefined || ref === "other") return ref && OTHER_UID;
    const seen = this.#uids.get(this.#key(op)) ?? [];
    return ref === "last" ? seen.at(-1) : seen[0];
  }

  #note(value: unknown, resource: string): void {
    if (!isJson(value)) return;
    if (Array.isArray(value["items"])) {
      const metadata = isJson(value["metadata"]) ? value["metadata"] : {};
      if (typeof metadata["resourceVersion"] === "string") this.#list = metadata["resourceVersion"];
      this.#token = typeof metadata["continue"] === "string" ? metadata["continue"] : "";
      for (const item of value["items"]) this.#note(item, resource);
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

  /** Waits until the server's cache, which some reads are answered from, holds all that was written. */
  async #settle(op: Operation): Promise<void> {
    const path = pathOf(targets[op.target]!, this.#namespace, "");
    const now = await this.#side.call({ method: "GET", path: `${path}?limit=1`, accept: JSON_TYPE });
    const { resourceVersion = "0" } = ((now.body as Json)["metadata"] ?? {}) as { resourceVersion?: string };
    const query = `resourceVersion=${resourceVersion}&resourceVersionMatch=NotOlderThan`;
    await this.#side.call({ method: "GET", path: `${path}?${query}`, accept: JSON_TYPE });
  }

  async play(op: Operation): Promise<Outcome> {
    if (op.verb === "race") return this.#race(op);
    const cached = op.verb === "watch" || ((op.verb === "get" || op.verb === "list") && op.version !== undefined);
    if (cached) await this.#settle(op);
    const sent = this.#request(op);
    if (op.verb === "watch") {
      const watching = await this.#side.watch(sent);
      this.watches.push(watching);
      return { said: said(sent), answers: watching.answer === undefined ? [] : [watching.answer], watching };
    }
    const answer = await this.#side.call(sent);
    this.#note(answer.body, targets[op.target]!.resource);
    return { said: said(sent), answers: [answer] };
  }

  #request(op: Exclude<Operation, { verb: "race" }>): Sent {
    const target = targets[op.target]!;
    const place = (name: string, sub = "", query: Readonly<Record<string, string | undefined>> = {}): string => {
      const all = Object.entries({ ...op.query, ...query }).filter(([, value]) => value !== undefined);
      const text = new URLSearchParams(all as [string, string][]).toString();
      return pathOf(target, this.#namespace, name, sub) + (text === "" ? "" : `?${text}`);
    };
    const { accept } = op;
    switch (op.verb) {
      case "create":
        return { method: "POST", path: place(""), accept, ...written(this.#object(op, op.body, op.name), op.as) };
      case "update":
        return {
          method: "PUT",
          path: place(op.name, op.sub),
          accept,
          ...written(this.#object(op, op.body, op.name), op.as),
        };
      case "patch":
        return {
          method: "PATCH",
          path: place(op.name, op.sub),
          accept,
          type: patchTypes[op.type],
          body: JSON.stringify(this.#patch(op)),
        };
      case "get":
        return {
          method: "GET",
          path: place(op.name, op.sub, { resourceVersion: this.#version(op, op.version) }),
          accept,
        };
      case "list": {
        const query =
          op.goOn && this.#token !== ""
            ? { continue: this.#token }
            : { resourceVersion: this.#version(op, op.version) };
        return { method: "GET", path: place("", "", query), accept };
      }
      case "watch":
        return {
          method: "GET",
          path: place("", "", { watch: "true", resourceVersion: this.#version(op, op.version) }),
          accept,
        };
      case "delete":
      case "deletecollection": {
        const options = this.#deleteOptions(op);
        const body = Object.keys(options).length === 0 ? {} : { body: JSON.stringify(options), type: JSON_TYPE };
        return { method: "DELETE", path: place(op.verb === "delete" ? op.name : ""), accept, ...body };
      }
      case "raw": {
        const type = op.type === "" ? {} : { type: op.type };
        // Of a GET's body the real server reads nothing, and closes the connection over it.
        const body = op.text === "" || op.method === "GET" ? {} : { body: op.text };
        return { method: op.method, path: place(op.name) + op.below, accept, ...body, ...type };
      }
      default:
        throw op satisfies never;
    }
  }

  #deleteOptions(op: Extract<Operation, { verb: "delete" | "deletecollection" }>): object {
    const [uid, resourceVersion] = [this.#uid(op, op.uid), this.#version(op, op.version)];
    const preconditions = {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    return Object.keys(preconditions).length === 0 ? op.options : { ...op.options, preconditions };
  }

  #object(op: Extract<Operation, { verb: "create" | "update" }>, body: object, name: string): Json {
    const { apiVersion, kind } =
      op.verb === "update" && op.sub === "scale"
        ? { apiVersion: "autoscaling/v1", kind: "Scale" }
        : targets[op.target]!;
    const { metadata = {}, ...rest } = placed(body, this.#namespace) as { metadata?: Json };
    const version = op.verb === "update" ? this.#version(op, op.version) : undefined;
    const uid = op.verb === "update" ? this.#uid(op, op.uid) : undefined;
    const named = isJson(metadata) ? { name, ...metadata } : metadata;
    const own = {
      ...(version === undefined ? {} : { resourceVersion: version }),
      ...(uid === undefined ? {} : { uid }),
    };
    const full = Object.keys(own).length > 0 && isJson(named) ? { ...named, ...own } : named;
    return { apiVersion, kind, metadata: full, ...rest };
  }

  #patch(op: Extract<Operation, { verb: "patch" }>): unknown {
    const version = this.#version(op, op.version);
    const body = placed(op.body, this.#namespace);
    if (!isJson(body)) return body;
    const type =
      op.type === "apply" ? { apiVersion: targets[op.target]!.apiVersion, kind: targets[op.target]!.kind } : {};
    const own = {
      ...(op.type === "apply" ? { name: op.name } : {}),
      ...(version === undefined ? {} : { resourceVersion: version }),
    };
    if (Object.keys(own).length === 0) return { ...type, ...body };
    return { ...type, ...body, metadata: { ...(isJson(body["metadata"]) ? body["metadata"] : {}), ...own } };
  }

  /** Several writers at once who know the same version; who of them wins is nobody's to say. */
  async #race(op: Extract<Operation, { verb: "race" }>): Promise<Outcome> {
    const target = targets[op.target]!;
    const { apiVersion, kind } = target;
    const path = pathOf(target, this.#namespace, op.name);
    const before = await this.#side.call({ method: "GET", path, accept: JSON_TYPE });
    const shown = before.status === 200 && isJson(before.body) ? before.body : {};
    const metadata = isJson(shown["metadata"]) ? shown["metadata"] : {};
    const bodyOf = (writer: number): Json => ({
      metadata: { annotations: { [op.of === "patch" ? `w${writer}` : "writer"]: "w" } },
    });
    // Who would write what is not there, would make it, or not: chance. It is deleted instead, which all may try.
    const deed = op.of === "update" && before.status !== 200 ? "delete" : op.of;
    const sent = Array.from({ length: op.writers }, (_, writer): Sent => {
      const { accept } = op;
      switch (deed) {
        case "create":
          return {
            method: "POST",
            path: pathOf(target, this.#namespace, ""),
            accept,
            ...written({ apiVersion, kind, metadata: { name: op.name } }, "json"),
          };
        case "update": {
          // New in every race: who writes what the last winner wrote changes nothing, and both would be told that they did.
          const annotations = { writer: `${writer} after ${String(metadata["resourceVersion"])}` };
          return {
            method: "PUT",
            path,
            accept,
            ...written({ ...shown, apiVersion, kind, metadata: { ...metadata, name: op.name, annotations } }, "json"),
          };
        }
        case "patch":
          return { method: "PATCH", path, accept, type: patchTypes.merge, body: JSON.stringify(bodyOf(writer)) };
        case "delete":
          return { method: "DELETE", path, accept };
        default:
          throw deed satisfies never;
      }
    });
    const all = await Promise.all(sent.map((each) => this.#side.call(each)));
    const after = await this.#side.call({ method: "GET", path, accept: JSON_TYPE });
    this.#note(after.body, target.resource);
    return { said: `${op.writers} × ${said(sent[0]!)}`, answers: [before, ...all.map(raced).sort(byText), after] };
  }
}

const byText = (a: Answer, b: Answer): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** What of a racing writer's answer does not depend on who won. */
function raced({ status, type, warnings, body }: Answer): Answer {
  const { reason, message } = (isJson(body) ? body : {}) as { reason?: unknown; message?: unknown };
  return { status, type, warnings, body: { reason, message } };
}

/** The sequence's namespace where a body says $NAMESPACE. */
function placed(body: unknown, namespace: string): unknown {
  return JSON.parse(JSON.stringify(body ?? null).replaceAll("$NAMESPACE", namespace)) as unknown;
}

function written(object: Json, as: SentAs): Pick<Sent, "body" | "type"> {
  if (as === "yaml") return { body: stringify(object), type: "application/yaml" };
  const bytes = as === "protobuf" ? sealed(object) : undefined;
  if (bytes !== undefined) return { body: bytes, type: PROTOBUF_TYPE };
  return { body: JSON.stringify(object), ...(as === "none" ? {} : { type: JSON_TYPE }) };
}

/** Whether every member of `whole` is in `read`, with whatever value. */
const holds = (read: unknown, whole: unknown): boolean =>
  !isJson(whole) || (isJson(read) && Object.keys(whole).every((key) => key in read && holds(read[key], whole[key])));

/** A body that no typed client could write goes as JSON. */
function sealed(object: Json): Uint8Array | undefined {
  try {
    const whole = JSON.parse(JSON.stringify(object, (_key, value: unknown) => value ?? undefined)) as KubeLike;
    const bytes = encodeBody(PROTOBUF_TYPE, whole);
    return bytes !== undefined && holds(decodeBody(PROTOBUF_TYPE, bytes), whole) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

const said = ({ method, path, body, type, accept }: Sent): string =>
  `${method} ${path}${type === undefined ? "" : ` as ${type}`}${accept === JSON_TYPE ? "" : ` for ${accept}`}` +
  (body === undefined ? "" : ` ${typeof body === "string" ? body : Buffer.from(body).toString("base64")}`);

/** Plays a sequence on both sides at once; `at`: how far a watch must have come on the other side before both are closed. */
export async function playBoth(
  sides: readonly [Side, Side],
  namespace: string,
  operations: readonly Operation[],
): Promise<readonly [readonly Outcome[], readonly Outcome[]]> {
  const players = sides.map((side) => new Player(side, namespace));
  const outcomes = await Promise.all(
    players.map(async (player) => {
      await player.open();
      const seen: Outcome[] = [];
      for (const op of operations) seen.push(await player.play(op));
      return seen;
    }),
  );
  await untilEqual(players[0]!.watches, players[1]!.watches);
  await Promise.all(players.flatMap((player) => player.watches.map((watch) => watch.close())));
  return outcomes as [Outcome[], Outcome[]];
}

/** Waits until each pair of watches has as many events, or long enough to say that it never will. */
async function untilEqual(a: readonly Watching[], b: readonly Watching[]): Promise<void> {
  if (a.length === 0) return;
  const deadline = performance.now() + LAG;
  const level = (): boolean =>
    a.every((watch, index) => watch.frames.filter(tells).length === b[index]!.frames.filter(tells).length);
  await sleep(GRACE);
  while (!level() && performance.now() < deadline) await sleep(LOOK);
}
