import { expect, test } from "vitest";
import type { ApiClient } from "../../../../harness/clusters/apiserver/client.ts";
import { versionsBetween } from "../../../../harness/clusters/apiserver/versions.ts";
import { ApiError } from "../../../../harness/kubernetes/errors.ts";
import type { KubeObject } from "../../../../harness/kubernetes/objects.ts";

const version = (resourceVersion: string, name = "lock"): KubeObject =>
  ({ apiVersion: "v1", kind: "Lease", metadata: { name, resourceVersion } }) as KubeObject;
const selection = { resource: "leases", namespace: "default" };
const numbers = (found: readonly KubeObject[] | undefined) => found?.map(({ metadata }) => metadata.resourceVersion);

/** The past of one object: its versions by their numbers, and where it was deleted. */
const pastOf = (
  versions: readonly number[],
  deleted: readonly number[] = [],
  compacted = 0,
): Pick<ApiClient, "list"> => ({
  async list(_selection, at) {
    const when = Number(at);
    if (when < compacted) throw new ApiError(410, "Expired", "too old");
    const last = Math.max(0, ...versions.filter((each) => each <= when));
    const gone = deleted.some((each) => each > last && each <= when);
    return { version: String(when), items: last === 0 || gone ? [] : [version(String(last))] };
  },
});

test("every version between is read back, oldest first", async () => {
  const client = pastOf([3, 7, 8, 12]);
  expect(numbers(await versionsBetween(client, selection, version("3"), version("12")))).toEqual(["7", "8", "12"]);
  expect(numbers(await versionsBetween(client, selection, undefined, version("12")))).toEqual(["3", "7", "8", "12"]);
});

test("a past that is compacted away, or in which it was deleted, cannot tell", async () => {
  const now = version("12");
  expect(await versionsBetween(pastOf([3, 7, 12], [], 7), selection, version("3"), now)).toBeUndefined();
  expect(await versionsBetween(pastOf([3, 7, 12], [9]), selection, version("3"), now)).toBeUndefined();
});
