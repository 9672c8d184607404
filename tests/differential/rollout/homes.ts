import { randomUUID } from "node:crypto";
import { openClient, type ApiClient } from "../../../harness/clusters/apiserver/client.ts";
import { startControlPlane } from "../../../harness/clusters/apiserver/control-plane.ts";
import { openNodes } from "../../../harness/clusters/apiserver/nodes.ts";
import { startControllers } from "../../../harness/kubernetes/rollout/controllers.ts";
import { serveApi } from "../../../harness/kubernetes/server.ts";
import { Store } from "../../../harness/kubernetes/store.ts";
import { openState } from "../../../harness/runner/state.ts";

/** An API with its controllers and nodes. */
export type RolloutHome = AsyncDisposable & { readonly client: ApiClient };

/** The embedded API with our controllers. */
export async function openOurs(): Promise<RolloutHome> {
  await using stack = new AsyncDisposableStack();
  const now = (): Date => new Date();
  const store = new Store({ now, uid: randomUUID });
  stack.use(
    startControllers(store, {
      now,
      defer: (run) => void setImmediate(run),
      later(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      refused(work, error) {
        throw new Error(`${work} was refused`, { cause: error });
      },
    }),
  );
  store.create("nodes", "", { apiVersion: "v1", kind: "Node", metadata: { name: "node" } });
  const api = stack.use(await serveApi(store));
  const client = stack.use(openClient(api.url, { ca: "", cert: "", key: "" }));
  const owned = stack.move();
  return { client, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A real control plane with its controllers and scheduler; what a SIGKILL leaves of it, `clean` finds. */
export async function openTheirs(): Promise<RolloutHome> {
  await using stack = new AsyncDisposableStack();
  const run = `rollout-${randomUUID().slice(0, 8)}`;
  const { folder, memory, ledger } = stack.use(openState(run));
  const control = stack.use(
    await startControlPlane({ run, folder, memory, ledger }, "control-plane", AbortSignal.timeout(120_000)),
  );
  const beating = new AbortController();
  stack.defer(() => beating.abort());
  await openNodes(control.client, beating.signal);
  const owned = stack.move();
  return { client: control.client, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
