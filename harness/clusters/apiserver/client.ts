import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request, type Dispatcher } from "undici";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { ApiError, type Status } from "../../kubernetes/errors.ts";
import type { KubeObject, ObjectMeta, Ref } from "../../kubernetes/objects.ts";
import { connectOf, type Access } from "./access.ts";
import { openOutage, outlasting, type Outage } from "./outage.ts";

type NewObject = Omit<KubeObject, "metadata"> & { readonly metadata: Partial<ObjectMeta> };
export type ObjectList = { readonly version: string; readonly items: readonly KubeObject[] };
/** `fields` is a field selector. */
export type Selection = { readonly resource: string; readonly namespace: string; readonly fields?: string };

type Body = Dispatcher.ResponseData["body"];

/**
 * The harness's own way to a real API server: no fault touches it, but that it waits until an outage is over. Refusals
 * are ApiErrors, silence is a HarnessError.
 */
export type ApiClient = AsyncDisposable & {
  readonly url: string;
  /** Undefined when there is no such object. */
  get(ref: Ref): Promise<KubeObject | undefined>;
  /** As it is now; `at`: as it was at that version of the whole. */
  list(selection: Selection, at?: string): Promise<ObjectList>;
  /** `below` an object: a subresource, such as an account's token. */
  create(resource: string, namespace: string, object: NewObject, below?: string): Promise<KubeObject>;
  patch(ref: Ref, body: unknown, subresource?: "status"): Promise<KubeObject>;
  /** False when there was no such object. */
  remove(ref: Ref, options?: { readonly gracePeriodSeconds?: number; readonly uid?: string }): Promise<boolean>;
  /** The body of a watch from `version` on: a JSON document a line. */
  watch(selection: Selection, version: string, signal: AbortSignal): Promise<Body>;
  /** The text of a container's log as it comes; `query` as the API has it. */
  log(
    pod: Pick<Ref, "namespace" | "name">,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Body>;
  /** The server's own version, such as "v1.34.4". */
  version(): Promise<string>;
  /** Whether the server says that it is ready. */
  ready(): Promise<boolean>;
  /** Whether it commits a write within so long (ms), outage or not. */
  commits(within: number): Promise<boolean>;
};

const groups: Readonly<Record<string, string>> = {
  controllerrevisions: "/apis/apps/v1",
  daemonsets: "/apis/apps/v1",
  deployments: "/apis/apps/v1",
  replicasets: "/apis/apps/v1",
  leases: "/apis/coordination.k8s.io/v1",
  poddisruptionbudgets: "/apis/policy/v1",
  roles: "/apis/rbac.authorization.k8s.io/v1",
  rolebindings: "/apis/rbac.authorization.k8s.io/v1",
  clusterroles: "/apis/rbac.authorization.k8s.io/v1",
  clusterrolebindings: "/apis/rbac.authorization.k8s.io/v1",
  selfsubjectaccessreviews: "/apis/authorization.k8s.io/v1",
  selfsubjectreviews: "/apis/authentication.k8s.io/v1",
  validatingadmissionpolicies: "/apis/admissionregistration.k8s.io/v1",
  validatingadmissionpolicybindings: "/apis/admissionregistration.k8s.io/v1",
};

function pathOf({ resource, namespace }: Pick<Ref, "resource" | "namespace">, ...more: readonly string[]): string {
  const parts = [...(namespace === "" ? [] : ["namespaces", namespace]), resource, ...more];
  return `${groups[resource] ?? "/api/v1"}/${parts.map(encodeURIComponent).join("/")}`;
}

/** Nothing here needs the roles and priority classes that a new API server goes on writing for seconds. */
const READY =
  "/readyz?exclude=poststarthook/rbac/bootstrap-roles&exclude=poststarthook/scheduling/bootstrap-system-priority-classes";

/** A server with too much to do refuses a call before it does anything of it, and asks for a second's patience. */
const BUSY = 429;
const BUSY_MS = 1000;
const BUSY_TRIES = 10;

/** What a write is tried on: nobody reads it. */
const WRITTEN = "interregnum.invalid/written";

/** A call that is not answered within this (ms) never is. */
const CALL_MS = 30_000;

const INTERNAL = 500;

/** What it answered may be looked at again: it was cut off, or could not ask its store. */
const isDoubtful = (error: unknown): boolean => !(error instanceof ApiError) || error.code >= INTERNAL;

export function openClient(url: string, access: Access, outage: Outage = openOutage()): ApiClient {
  const dispatcher = new Agent({
    allowH2: false,
    pipelining: 1,
    headersTimeout: CALL_MS,
    bodyTimeout: 0, // a watch may be silent for as long as nothing changes
    connect: connectOf(access),
  });
  const send = async (
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const who = await access.headers?.();
    try {
      return await request(`${url}${path}`, {
        dispatcher,
        method,
        headers: { accept: "application/json", ...who, ...(body === undefined ? {} : { "content-type": type }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new HarnessError(`the API server does not answer ${method} ${path}: ${messageOf(cause)}`, { cause });
    }
  };
  const call = (...sent: Parameters<typeof send>): Promise<unknown> =>
    outlasting(outage, isDoubtful, () => callOnce(...sent));
  const callOnce = async (...sent: Parameters<typeof send>): Promise<unknown> => {
    let answer = await send(...sent);
    for (let tries = 0; answer.statusCode === BUSY && tries < BUSY_TRIES; tries += 1) {
      await answer.body.dump();
      await sleep(BUSY_MS);
      answer = await send(...sent);
    }
    if (answer.statusCode < 300) return answer.body.json();
    throw refusal(answer.statusCode, await answer.body.text());
  };
  const orAbsent = async <T>(calling: Promise<T>): Promise<T | undefined> => {
    try {
      return await calling;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  };
  const queryOf = ({ fields }: Selection, more: Readonly<Record<string, string>> = {}): string =>
    `?${new URLSearchParams({ ...(fields === undefined ? {} : { fieldSelector: fields }), ...more })}`;

  return {
    url,
    get: async (ref) => (await orAbsent(call("GET", pathOf(ref, ref.name)))) as KubeObject | undefined,
    async list(selection, at) {
      const exact: Record<string, string> =
        at === undefined ? {} : { resourceVersion: at, resourceVersionMatch: "Exact" };
      const list = (await call("GET", `${pathOf(selection)}${queryOf(selection, exact)}`)) as {
        readonly apiVersion: string;
        readonly kind: string;
        readonly metadata: { readonly resourceVersion: string };
        readonly items: readonly KubeObject[];
      };
      // An item of a list does not say what it is; the list does.
      const type = { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, "") };
      return { version: list.metadata.resourceVersion, items: list.items.map((item) => ({ ...item, ...type })) };
    },
    create: async (resource, namespace, object, below) => {
      const path = below === undefined ? [] : [object.metadata.name ?? "", below];
      return (await call("POST", pathOf({ resource, namespace }, ...path), object)) as KubeObject;
    },
    patch: async (ref, body, subresource) => {
      const path = pathOf(ref, ref.name, ...(subresource === undefined ? [] : [subresource]));
      return (await call("PATCH", path, body)) as KubeObject;
    },
    async remove(ref, { gracePeriodSeconds, uid } = {}) {
      const options = {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: "Background",
        ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      };
      return (await orAbsent(call("DELETE", pathOf(ref, ref.name), options))) !== undefined;
    },
    async watch(selection, version, signal) {
      const query = queryOf(selection, { watch: "true", allowWatchBookmarks: "true", resourceVersion: version });
      const answer = await send("GET", `${pathOf(selection)}${query}`, undefined, signal);
      if (answer.statusCode === 200) return answer.body;
      throw refusal(answer.statusCode, await answer.body.text());
    },
    async log({ namespace, name }, query, signal) {
      const path = pathOf({ resource: "pods", namespace }, name, "log");
      const answer = await send("GET", `${path}?${new URLSearchParams(query)}`, undefined, signal);
      if (answer.statusCode === 200) return answer.body;
      throw refusal(answer.statusCode, await answer.body.text());
    },
    version: async () => ((await call("GET", "/version")) as { readonly gitVersion: string }).gitVersion,
    async ready() {
      try {
        const answer = await send("GET", READY);
        await answer.body.dump();
        return answer.statusCode === 200;
      } catch {
        return false; // not there yet: that is the answer
      }
    },
    async commits(within) {
      const written = { metadata: { annotations: { [WRITTEN]: String(performance.now()) } } };
      try {
        const answer = await send("PATCH", "/api/v1/namespaces/default", written, AbortSignal.timeout(within));
        await answer.body.dump();
        return answer.statusCode === 200;
      } catch {
        return false; // silence: that is the answer
      }
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

function refusal(code: number, text: string): ApiError {
  let status: Partial<Status> = {};
  try {
    status = JSON.parse(text) as Status;
  } catch {
    // not every refusal is a Status: its text is the message
  }
  return new ApiError(code, status.reason, status.message ?? text, status.details);
}

/** An object that is gone, or whose name another one bears by now, needs nothing any more. */
export async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error;
  }
}
