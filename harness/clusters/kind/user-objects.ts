import { setTimeout as sleep } from "node:timers/promises";
import type { Manifests, Piece } from "../../core/elector.ts";
import { HarnessError, InputError } from "../../core/errors.ts";
import { nameOf, resourceOf } from "../../electors/manifests/kinds.ts";
import { placed } from "../../electors/manifests/placed.ts";
import { ApiError } from "../../kubernetes/errors.ts";
import { tokenOf } from "../apiserver/account.ts";
import type { ApiClient } from "../apiserver/client.ts";
import type { Workload } from "../workload.ts";

/** A new namespace's own account is made by a controller, within this (ms). */
const ACCOUNT_WITHIN = 30_000;
const LOOK_EVERY = 50;

/** Makes what stands beside the workload; InputError with file and line for what the API refuses. */
export async function makeUserObjects(client: ApiClient, namespace: string, { objects }: Manifests): Promise<void> {
  for (const piece of objects) {
    const object = placed(piece.object, namespace);
    const resource = resourceOf(object)!;
    await orRefusal(piece, async () => {
      try {
        await client.create(resource, namespace, object);
      } catch (error) {
        // The namespace's own account and CA, which a controller made before.
        if (!(error instanceof ApiError) || error.code !== 409) throw error;
        await client.patch({ resource, namespace, name: object.metadata.name }, object);
      }
    });
  }
}

/** A token of the account that the user's pods run as. */
export async function userToken(client: ApiClient, namespace: string, account: string): Promise<string> {
  const deadline = performance.now() + ACCOUNT_WITHIN;
  const ref = { resource: "serviceaccounts", namespace, name: account };
  while ((await client.get(ref)) === undefined) {
    if (performance.now() > deadline)
      throw new HarnessError(`the namespace ${namespace} got no ServiceAccount ${account} within ${ACCOUNT_WITHIN} ms`);
    await sleep(LOOK_EVERY);
  }
  return tokenOf(client, namespace, account);
}

/** Makes the workload; what the API refuses of a user's own is bad input. */
export function makeWorkload(
  client: ApiClient,
  resource: string,
  workload: Workload,
  manifests: Manifests | undefined,
): Promise<unknown> {
  const make = () => client.create(resource, workload.metadata.namespace ?? "", workload);
  return manifests === undefined ? make() : orRefusal(manifests.workload, make);
}

async function orRefusal<T>({ object, file, line }: Piece, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code >= 500) throw error;
    throw new InputError(
      `the API refuses ${nameOf(object)}: ${error.message}`,
      { file, line },
      "mend it until `kubectl apply --dry-run=server` takes it",
    );
  }
}
