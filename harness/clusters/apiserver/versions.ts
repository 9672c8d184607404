import { ApiError } from "../../kubernetes/errors.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { ApiClient, Selection } from "./client.ts";

/** More of one object than this were not missed: its past is cut off. */
const MOST = 1000;

/**
 * The versions of an object after `before` up to `now`, oldest first, read back from the server's past; `before`
 * undefined: since it was made. Undefined where the past cannot tell: it was deleted between, or is compacted away.
 */
export async function versionsBetween(
  client: Pick<ApiClient, "list">,
  selection: Selection,
  before: KubeObject | undefined,
  now: KubeObject,
): Promise<readonly KubeObject[] | undefined> {
  const found: KubeObject[] = [];
  let earliest: KubeObject | undefined = now;
  while (earliest !== undefined && earliest.metadata.resourceVersion !== before?.metadata.resourceVersion) {
    if (found.length >= MOST) return undefined;
    found.unshift(earliest);
    const just = String(BigInt(earliest.metadata.resourceVersion ?? "0") - 1n);
    try {
      const { items } = await client.list(selection, just);
      earliest = items.find(({ metadata }) => metadata.name === now.metadata.name);
    } catch (error) {
      if (error instanceof ApiError) return undefined; // 410: compacted
      throw error;
    }
  }
  return (earliest === undefined) === (before === undefined) ? found : undefined;
}
