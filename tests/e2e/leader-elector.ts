import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../../harness/clusters/apiserver/ports.ts";
import type { HistoryEvent, Recorder } from "../../harness/core/events.ts";
import { LEADER_ANNOTATION } from "../../harness/core/lock.ts";
import { millis, type Millis } from "../../harness/core/time.ts";
import { kubeconfigText } from "../../harness/electors/kubeconfig.ts";
import { issueCertificate, openGate } from "../../harness/gate/gate.ts";
import { rig } from "../contract/api/rig.ts";
import { temporary } from "./cli.ts";

const HOUR = millis(3_600_000);
const now = (): Millis => millis(performance.now());

/** The answer that names somebody, to the letter. */
export const named = (name: string) => ({ status: 200, body: JSON.stringify({ name }) });

/**
 * The embedded API behind a gate, and the sidecar's program before it; disposing kills what was started. What waits ends
 * with the test's signal, so that a test which hangs leaves nothing.
 */
export async function openBench(program: string, signal: AbortSignal) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporary());
  const { api, store } = stack.use(await rig());
  const events: HistoryEvent[] = [];
  const recorder: Recorder = { now, since: now, record: (event) => void events.push(event) };
  const certificate = await issueCertificate();
  const gate = stack.use(
    await openGate({
      upstream: api.url,
      who: () => ({ replica: "a", incarnation: 1 }),
      recorder,
      lock: { resource: "endpoints", namespace: "default", name: "demo" },
      certificate,
    }),
  );
  const kubeconfig = join(folder.path, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigText({ server: gate.secureUrl, ca: certificate.ca }));
  const account = join(folder.path, "serviceaccount");
  mkdirSync(account);
  for (const [name, text] of Object.entries({ token: "a token", "ca.crt": certificate.ca, namespace: "other" }))
    writeFileSync(join(account, name), text);
  /** Waits until it gives something; the test's own time limit is the bound. */
  const eventually = async <T>(give: () => T | undefined | Promise<T | undefined>): Promise<T> => {
    for (;;) {
      const given = await give();
      if (given !== undefined) return given;
      await sleep(10, undefined, { signal });
    }
  };
  /** What the program says at a port, once it listens. */
  const answerAt = (port: number, path = "/", method = "GET"): Promise<ReturnType<typeof named>> =>
    eventually(async () => {
      try {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
        return { status: response.status, body: await response.text() };
      } catch {
        return undefined; // it does not listen yet
      }
    });
  const owned = stack.move();
  return {
    eventually,
    answerAt,
    /** Waits until that is whom the port names. */
    says: (port: number, name: string): Promise<true> =>
      eventually(async () => (await answerAt(port)).body === named(name).body || undefined),
    /** A service account's files, as a pod has them. */
    account,
    /** By what a pod's environment tells where its API is. */
    inCluster: { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: String(gate.port) },
    port: async (): Promise<number> => (await freePorts(1))[0]!,
    /** Starts it with the kubeconfig; `env` beside it, `before` it the words of another program that becomes it. */
    start(args: readonly string[], env: Readonly<Record<string, string>> = {}, before: readonly string[] = []) {
      const [word, ...rest] = [...before, program, ...args] as [string, ...string[]];
      const child = spawn(word, rest, {
        stdio: ["ignore", "ignore", "pipe"],
        env: { PATH: process.env["PATH"], KUBECONFIG: kubeconfig, ...env },
      });
      let stderr = "";
      child.stderr.on("data", (chunk: Buffer) => void (stderr += chunk.toString()));
      const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stderr }));
      owned.defer(async () => {
        child.kill("SIGKILL");
        await ended;
      });
      return { pid: child.pid!, ended, end: (name: NodeJS.Signals) => void child.kill(name) };
    },
    /** The election's record as it is written. */
    record(): Readonly<Record<string, unknown>> | undefined {
      const object = store.get({ resource: "endpoints", namespace: "default", name: "demo" });
      const text = object?.metadata.annotations?.[LEADER_ANNOTATION];
      return text === undefined ? undefined : (JSON.parse(text) as Readonly<Record<string, unknown>>);
    },
    /** Whether it was asked for anything. */
    asked: (): boolean => events.length > 0,
    /** When the writes came that it has answered by now. */
    renewals(): readonly Millis[] {
      const answered = new Set(events.flatMap((event) => (event.type === "ok" ? [event.call] : [])));
      return events.flatMap((event) =>
        event.type === "invoke" && event.verb === "update" && answered.has(event.call) ? [event.at] : [],
      );
    },
    /** From now on calls stay unanswered, until what it returns is called. */
    silence(): () => void {
      const held = gate.disturb({ kind: "latency", match: {}, before: HOUR, after: millis(0) }, "silence");
      return () => held.lift();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** In how many sockets a process of this machine listens for TCP. */
export function listeners(pid: number): number {
  const LISTEN = "0A";
  const inodes = ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .flatMap((fields) => (fields[3] === LISTEN ? [`socket:[${fields[9]}]`] : [])),
  );
  const own = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  return own.filter((target) => inodes.includes(target)).length;
}
