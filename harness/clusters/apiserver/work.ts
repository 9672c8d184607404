import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import type { Work } from "../../core/elector.ts";
import { InputError, messageOf } from "../../core/errors.ts";
import { ApiError } from "../../kubernetes/errors.ts";
import type { KubeObject, ObjectMeta, Ref } from "../../kubernetes/objects.ts";
import { substitute } from "../../electors/environment.ts";
import type { ApiClient } from "./client.ts";

/** From one object of the feed to the next, in ms: often enough that every term of a leader has work to show. */
const FEED_EVERY = 500;

type Manifest = Pick<KubeObject, "apiVersion" | "kind"> & { readonly metadata: Partial<ObjectMeta> };

/** A trial's work in a real API. Disposing ends the feed and deletes what was set up, the last first. */
export type OpenWork = AsyncDisposable;

/**
 * Makes the objects of the elector's setup, then one of its feed after another, through the harness's own client.
 * InputError when a manifest cannot be read or the API refuses it; `refused` is told when the feed is refused later.
 */
export async function openWork(
  client: ApiClient,
  work: Work,
  namespace: string,
  refused: (error: unknown) => void,
): Promise<OpenWork> {
  const env = { POD_NAMESPACE: namespace };
  const made: Ref[] = [];
  const over = new AbortController();
  const remove = async (): Promise<void> => {
    for (const ref of made.toReversed()) await client.remove(ref);
  };
  try {
    for (const object of work.setup === undefined ? [] : manifestsOf(work.setup, env))
      made.push(await make(client, object, work.setup!));
    const [item] = work.feed === undefined ? [] : manifestsOf(work.feed, env);
    if (item !== undefined) {
      await make(client, item, work.feed!);
      void feed(client, item, refused, over.signal);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await remove();
    },
  };
}

async function feed(
  client: ApiClient,
  item: Manifest,
  refused: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(FEED_EVERY, undefined, { signal }).catch(() => {}); // aborted: the loop's condition sees it
    try {
      if (!signal.aborted) await client.create(resourceOf(item), item.metadata.namespace ?? "", item);
    } catch (error) {
      if (!signal.aborted) refused(error);
      return;
    }
  }
}

/** The plural of those kinds that a setup holds: roles, pods, validatingadmissionpolicies. */
const resourceOf = ({ kind }: Manifest): string => `${kind.toLowerCase()}s`.replace(/ys$/, "ies");

async function make(client: ApiClient, object: Manifest, file: string): Promise<Ref> {
  const [resource, namespace] = [resourceOf(object), object.metadata.namespace ?? ""];
  try {
    const { metadata } = await client.create(resource, namespace, object);
    return { resource, namespace, name: metadata.name };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new InputError(`the API refuses ${object.kind} ${object.metadata.name ?? ""}: ${messageOf(error)}`, { file });
  }
}

/** The documents of a manifest's file with ${POD_NAMESPACE} filled in. */
function manifestsOf(file: string, env: Readonly<Record<string, string>>): readonly Manifest[] {
  let text: string;
  try {
    [text] = substitute([readFileSync(file, "utf8")], env) as [string];
  } catch (error) {
    throw new InputError(`the manifest cannot be used: ${messageOf(error)}`, { file, field: "work" });
  }
  return [parseAllDocuments(text)].flat().map((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new InputError(problem.message, { file }, "write it as YAML");
    const value = document.toJS() as Partial<Manifest> | null;
    if (typeof value?.kind !== "string" || typeof value.apiVersion !== "string" || typeof value.metadata !== "object")
      throw new InputError("a document is no Kubernetes object", { file }, "give it apiVersion, kind and metadata");
    return value as Manifest;
  });
}
