import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../../kubernetes/errors.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { ApiClient, Selection } from "./client.ts";
import { versionsBetween } from "./versions.ts";

export type Followed = { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject };

export type Follower = {
  /** Called in the turn in which the change was read, in the order of the commits. */
  change(change: Followed): void;
  /** Set where no version may be missed: what a watch cannot tell any more is read back from the server's past. */
  readonly every?: true;
  /**
   * What came after the last change cannot be told any more: `true` goes on from what is there now, and tells the
   * difference as changes; `false` ends it.
   */
  gap(): boolean;
};

type WatchEvent = { readonly type: string; readonly object: KubeObject & { readonly code?: number } };

/** Between two tries to watch again, in ms. */
const AGAIN_AFTER = 50;
const GONE = 410;

/**
 * Tells of every object that is there, then of every change of them until the signal aborts. A watch that ends is
 * taken up again where it ended. Resolves once what was there has been told.
 */
export async function follow(
  client: ApiClient,
  selection: Selection,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map<string, KubeObject>();
  const tell = (change: Followed): void => {
    const uid = change.object.metadata.uid ?? "";
    if (change.type === "DELETED") known.delete(uid);
    else known.set(uid, change.object);
    follower.change(change);
  };
  const difference = (items: readonly KubeObject[]): Followed[] => {
    const there = new Set(items.map((object) => object.metadata.uid));
    const gone = [...known].filter(([uid]) => !there.has(uid)).map(([, object]) => object);
    return [
      ...gone.map((object): Followed => ({ type: "DELETED", object })),
      ...items.flatMap((object): Followed[] => {
        const before = known.get(object.metadata.uid ?? "");
        if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return [];
        return [{ type: before === undefined ? "ADDED" : "MODIFIED", object }];
      }),
    ];
  };
  const list = async (): Promise<string> => {
    const { version, items } = await client.list(selection);
    if (!signal.aborted) for (const change of difference(items)) tell(change);
    return version;
  };
  /** As `list`, with every version between; undefined when the past cannot tell. */
  const listEvery = async (): Promise<string | undefined> => {
    const { version, items } = await client.list(selection);
    const all: Followed[] = [];
    for (const { type, object } of difference(items)) {
      const before = known.get(object.metadata.uid ?? "");
      const versions = type === "DELETED" ? undefined : await versionsBetween(client, selection, before, object);
      if (versions === undefined) return undefined;
      all.push(...versions.map((each, index): Followed => ({ type: index === 0 ? type : "MODIFIED", object: each })));
    }
    if (!signal.aborted) for (const change of all) tell(change);
    return version;
  };
  const state = { version: await list() };
  void goOn(
    client,
    selection,
    state,
    tell,
    async () => {
      const version = follower.every && (await listEvery());
      if (version === undefined && !follower.gap()) return false;
      state.version = version ?? (await list());
      return true;
    },
    signal,
  );
}

async function goOn(
  client: ApiClient,
  selection: Selection,
  state: { version: string },
  tell: (change: Followed) => void,
  gap: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  const take = (event: WatchEvent): void => {
    if (event.type === "ERROR") throw new ApiError(event.object.code ?? 0, undefined, JSON.stringify(event.object));
    state.version = event.object.metadata.resourceVersion ?? state.version;
    if (event.type !== "BOOKMARK") tell(event as Followed);
  };
  while (!signal.aborted) {
    try {
      await readEvents(await client.watch(selection, state.version, signal), take);
    } catch (error) {
      if (signal.aborted) return;
      const gone = error instanceof ApiError && error.code === GONE;
      // Anything else is the server's being away: the same question is asked until it is back.
      if (gone && !(await gap().catch(() => true))) return;
    }
    await sleep(AGAIN_AFTER, undefined, { signal }).catch(() => {});
  }
}

/** Reads a document a line until the body ends; rejects when it breaks, or with what `take` throws. */
function readEvents(body: Readable, take: (event: WatchEvent) => void): Promise<void> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return new Promise((resolve, reject) => {
    body.on("data", (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop()!;
      try {
        for (const line of lines) if (line !== "") take(JSON.parse(line) as WatchEvent);
      } catch (error) {
        reject(error as Error);
        body.destroy();
      }
    });
    body.once("end", resolve);
    body.once("error", reject);
    body.once("close", resolve);
  });
}
