import http from "node:http";
import type { HistoryEvent, InvokeEvent, Recorder, ReturnEvent } from "../../../harness/core/events.ts";
import { millis, type Millis } from "../../../harness/core/time.ts";
import { issueCertificate, openGate, type GateOptions } from "../../../harness/gate/gate.ts";
import { openUpstream } from "./upstream.ts";

export const certificate = await issueCertificate();

export const COLLECTION = "/apis/coordination.k8s.io/v1/namespaces/arena/leases";
export const LOCK = `${COLLECTION}/lock`;
export const WATCH = `${COLLECTION}?watch=true`;

/** A write of the lock by demo-1, preconditioned on version 7. */
export const renewal = {
  method: "PUT",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    metadata: { name: "lock", namespace: "arena", resourceVersion: "7" },
    spec: { holderIdentity: "demo-1", leaseDurationSeconds: 15 },
  }),
} as const;

const now = (): Millis => millis(performance.now());

/** Keeps what a gate records, and wakes who waits for it. */
function keepEvents() {
  const events: HistoryEvent[] = [];
  const waiting: (() => void)[] = [];
  const recorder: Recorder = {
    now,
    since: now,
    record(event) {
      events.push(event);
      for (const wake of waiting.splice(0)) wake();
    },
  };
  const returns = (): ReturnEvent[] =>
    events.filter((event): event is ReturnEvent => ["ok", "fail", "info"].includes(event.type));
  return {
    recorder,
    events,
    invokes: (): InvokeEvent[] => events.filter((event): event is InvokeEvent => event.type === "invoke"),
    returns,
    /** The n-th recorded end of a call (from 1), once it is there. */
    async nthReturn(count: number): Promise<ReturnEvent> {
      while (returns().length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      return returns()[count - 1]!;
    },
  };
}

/** A gate before a real HTTP server, with all that it records. */
export async function openRig(options: Partial<GateOptions> = {}) {
  const api = await openUpstream();
  const kept = keepEvents();
  const gate = await openGate({
    upstream: api.url,
    who: () => ({ replica: "demo-1", incarnation: 1 }),
    recorder: kept.recorder,
    lock: { resource: "leases", namespace: "arena", name: "lock" },
    certificate,
    ...options,
  });
  return {
    api,
    gate,
    ...kept,
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

/** Lets everything that is ready happen: many real round trips over loopback to a server of its own. */
export async function letThingsHappen(): Promise<void> {
  await using other = await openUpstream();
  for (let round = 0; round < 30; round += 1) {
    await new Promise<void>((resolve, reject) => {
      http.get(other.url, (response) => response.resume().on("end", resolve)).on("error", reject);
    });
  }
}

/** Whether a promise is still open now that everything which was ready has happened. */
export async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  let open = true;
  const settled = (): void => void (open = false);
  promise.then(settled, settled);
  await letThingsHappen();
  return open;
}
