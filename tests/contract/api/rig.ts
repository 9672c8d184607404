import { randomUUID } from "node:crypto";
import { serveApi, type ApiServer } from "../../../harness/kubernetes/server.ts";
import { Store } from "../../../harness/kubernetes/store.ts";
import { frameReader, type WatchFrame } from "../../../harness/wire/frames.ts";

export const LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

/** A served store; `bookmarkEvery` in ms. */
export async function rig(
  bookmarkEvery = 60_000,
): Promise<AsyncDisposable & { readonly store: Store; readonly api: ApiServer; readonly call: Call }> {
  const store = new Store({ now: () => new Date(), uid: randomUUID });
  const api = await serveApi(store, { bookmarkEvery });
  return { store, api, call: caller(api.url), [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

/** As much of an answer's JSON as the tests look at. */
export type Seen = {
  readonly kind: string;
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, any>>; // oxlint-disable-line typescript/no-explicit-any -- whatever came
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: { readonly conditions: readonly { readonly type: string }[] };
  readonly items: readonly Seen[];
  readonly resources: readonly unknown[];
};
export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: Seen;
  readonly bytes: Buffer;
  readonly headers: Headers;
};
type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Bodies that are no text are sent as JSON; a header "" is not sent. */
const caller =
  (url: string): Call =>
  async (method, path, body, headers = {}) => {
    const text =
      body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
    // A Blob without a type keeps fetch from inventing a Content-Type.
    const sent = text === undefined ? null : new Blob([text as string]);
    const type: Record<string, string> = text === undefined ? {} : { "content-type": "application/json" };
    const all = Object.entries({ ...type, ...headers }).filter(([, value]) => value !== "");
    const init: RequestInit = { method, headers: Object.fromEntries(all) };
    if (sent !== null) init.body = sent;
    const response = await fetch(url + path, init);
    const bytes = Buffer.from(await response.arrayBuffer());
    const kind = response.headers.get("content-type") ?? "";
    const json: unknown = kind.startsWith("application/json") ? JSON.parse(bytes.toString()) : {};
    return { status: response.status, type: kind, headers: response.headers, bytes, body: json as Seen };
  };

export const lease = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name, ...metadata },
  spec,
});

/** A watch read frame by frame. */
export async function watch(url: string, accept = "application/json") {
  const stop = new AbortController();
  const response = await fetch(url, { headers: { accept }, signal: stop.signal });
  const read = frameReader(response.headers.get("content-type") ?? undefined);
  async function* frames(): AsyncGenerator<WatchFrame> {
    for await (const chunk of response.body!) yield* read(chunk);
  }
  const stream = frames();
  return {
    status: response.status,
    response,
    /** The next `count` frames, as `TYPE name`. */
    async next(count: number): Promise<string[]> {
      const seen: string[] = [];
      while (seen.length < count) {
        const { value, done } = await stream.next();
        if (done) break;
        const { name = "" } = (value.object?.["metadata"] ?? {}) as { name?: string };
        seen.push(`${value.type} ${name}`.trim());
      }
      return seen;
    },
    frame: async (): Promise<WatchFrame | undefined> => (await stream.next()).value as WatchFrame | undefined,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await stream.next().catch(() => undefined); // the abort itself is what is thrown here
    },
  };
}
