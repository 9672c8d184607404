import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "undici";
import { HarnessError } from "../../harness/core/errors.ts";
import { rngOf } from "../../harness/core/rng.ts";

/** One keep-alive connection that renews its own Lease, one PUT after the other. */
export type Renewer = AsyncDisposable & {
  /** Renews `count` times, resting 0 to `rest` ms before each; the latency of each, in ms. */
  renew(count: number, rest: number): Promise<number[]>;
};

/** The Leases live in namespace `default`. */
const COLLECTION = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
const headers = { "content-type": "application/json", accept: "application/json" };

/** A Lease as client-go's elector writes it. */
const leaseOf = (name: string, resourceVersion: string | undefined, renewals: number): string =>
  JSON.stringify({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "default", ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: 15,
      acquireTime: "2026-01-01T00:00:00.000000Z",
      renewTime: `2026-01-01T00:00:00.${String(renewals % 1_000_000).padStart(6, "0")}Z`,
      leaseTransitions: 0,
    },
  });

/** The version that the next write must name. */
function versionIn(status: number, body: string): string {
  const version = /"resourceVersion":"(\d+)"/.exec(body)?.[1];
  if (status >= 300 || version === undefined)
    throw new HarnessError(`a renewal was answered with ${status}: ${body.slice(0, 200)}`);
  return version;
}

/** Creates the Lease `<text>-<number>` through `urls[0]`, and makes a renewer for each way to the API; they share the Lease's version. */
export async function renewersOf(name: string, urls: readonly string[]): Promise<Renewer[]> {
  let version: string | undefined;
  let renewals = 0;
  const random = rngOf(1 + Number(name.split("-").at(-1)));
  const clients = urls.map((url) => new Client(url, { pipelining: 1 }));
  const send = async (client: Client, method: "POST" | "PUT", path: string): Promise<void> => {
    const body = leaseOf(name, version, (renewals += 1));
    const answer = await client.request({ method, path, headers, body });
    version = versionIn(answer.statusCode, await answer.body.text());
  };
  await send(clients[0]!, "POST", COLLECTION);
  return clients.map((client) => ({
    async renew(count, rest) {
      const took: number[] = [];
      for (let done = 0; done < count; done += 1) {
        if (rest > 0) await sleep(rest * random());
        const began = performance.now();
        await send(client, "PUT", `${COLLECTION}/${name}`);
        took.push(performance.now() - began);
      }
      return took;
    },
    [Symbol.asyncDispose]: () => client.close(),
  }));
}
