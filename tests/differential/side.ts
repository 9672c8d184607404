import { randomUUID } from "node:crypto";
import { Agent, request } from "undici";
import { startControlPlane } from "../../harness/clusters/apiserver/control-plane.ts";
import { serveApi } from "../../harness/kubernetes/server.ts";
import { Store } from "../../harness/kubernetes/store.ts";
import { openState } from "../../harness/runner/state.ts";
import { decodeBody } from "../../harness/wire/body.ts";
import { frameReader, type WatchFrame } from "../../harness/wire/frames.ts";

export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly type?: string;
  readonly accept: string;
};

export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly warnings: readonly string[];
  /** Undefined when it cannot be read; text where it is no object. */
  readonly body: unknown;
};

export type Watching = {
  /** Where it was refused. */
  readonly answer: Answer | undefined;
  readonly frames: readonly WatchFrame[];
  readonly ended: () => boolean;
  close(): Promise<void>;
};

/** One of the two APIs. */
export type Side = AsyncDisposable & {
  readonly name: "embedded" | "real";
  call(sent: Sent): Promise<Answer>;
  watch(sent: Sent): Promise<Watching>;
};

/** `299 - "text"`, several of them in one header or in several. */
function warningsOf(header: string | readonly string[] | undefined): readonly string[] {
  const all = header === undefined ? [] : typeof header === "string" ? [header] : header;
  return all.flatMap((each) =>
    [...each.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map((match) => JSON.parse(match[1]!) as string),
  );
}

function sideOf(name: Side["name"], url: string, agent: Agent, owned: AsyncDisposableStack): Side {
  const send = (sent: Sent, signal?: AbortSignal) =>
    request(url + sent.path, {
      dispatcher: agent,
      method: sent.method as "GET",
      headers: {
        "user-agent": "differential/1",
        accept: sent.accept,
        ...(sent.type === undefined ? {} : { "content-type": sent.type }),
      },
      ...(sent.body === undefined ? {} : { body: sent.body }),
      ...(signal === undefined ? {} : { signal }),
    });
  const read = async (response: Awaited<ReturnType<typeof send>>): Promise<Answer> => {
    const bytes = new Uint8Array(await response.body.arrayBuffer());
    const type = String(response.headers["content-type"] ?? "");
    const body = decodeBody(type, bytes) ?? Buffer.from(bytes).toString();
    return { status: response.statusCode, type, warnings: warningsOf(response.headers["warning"]), body };
  };
  return {
    name,
    async call(sent) {
      try {
        return await read(await send(sent));
      } catch (error) {
        if ((error as { readonly code?: string }).code !== "UND_ERR_SOCKET") throw error;
        return { status: 0, type: "", warnings: [], body: "the connection was closed" };
      }
    },
    async watch(sent) {
      const stop = new AbortController();
      const response = await send(sent, stop.signal);
      const frames: WatchFrame[] = [];
      let ended = false;
      if (response.statusCode !== 200)
        return { answer: await read(response), frames, ended: () => true, close: async () => {} };
      const reader = frameReader(String(response.headers["content-type"]));
      const reading = (async () => {
        try {
          for await (const chunk of response.body) frames.push(...reader(chunk as Uint8Array));
        } catch {
          // closed by us: what was read stays
        }
        ended = true;
      })();
      return {
        answer: undefined,
        frames,
        ended: () => ended,
        async close() {
          stop.abort();
          await reading;
        },
      };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The harness's own API, served on loopback. */
export async function openEmbeddedSide(): Promise<Side> {
  await using stack = new AsyncDisposableStack();
  const store = new Store({ now: () => new Date(), uid: randomUUID });
  const api = stack.use(await serveApi(store));
  const agent = stack.adopt(new Agent({ bodyTimeout: 0 }), (each) => each.destroy());
  return sideOf("embedded", api.url, agent, stack.move());
}

/** kube-apiserver and etcd, started for this; what a SIGKILL leaves of them, `clean` finds. */
export async function openRealSide(): Promise<Side> {
  await using stack = new AsyncDisposableStack();
  const run = `differential-${randomUUID().slice(0, 8)}`;
  const state = stack.use(openState(run));
  const { folder, memory, ledger } = state;
  const home = { run, folder, memory, ledger };
  const api = stack.use(await startControlPlane(home, "control-plane", AbortSignal.timeout(120_000), "api"));
  const { ca, cert, key } = api.credentials.admin;
  const agent = stack.adopt(new Agent({ bodyTimeout: 0, allowH2: false, connect: { ca, cert, key } }), (each) =>
    each.destroy(),
  );
  return sideOf("real", api.client.url, agent, stack.move());
}
