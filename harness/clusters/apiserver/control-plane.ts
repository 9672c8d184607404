import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Stopped } from "../../core/cluster.ts";
import type { HomeOptions } from "../home.ts";
import { send } from "../proc.ts";
import { needPrograms, type Program } from "./binaries.ts";
import { openClient, type ApiClient } from "./client.ts";
import { writeCredentials, type Credentials } from "./credentials.ts";
import { openOutage } from "./outage.ts";
import { freePorts } from "./ports.ts";
import { untilReady } from "./ready.ts";
import { freeze, startService, type Service } from "./service.ts";

/** A real control plane of this run's own. Disposing ends every process of it. */
export type ControlPlane = AsyncDisposable & {
  readonly client: ApiClient;
  readonly credentials: Credentials;
  /** Rejects with HarnessError when a component ends by itself. */
  readonly ended: Promise<never>;
  /** Kills kube-apiserver; it is started again on the same port, over the same etcd. */
  stopApi(): Promise<Stopped>;
  /** Freezes etcd (SIGSTOP) until it is started again (SIGCONT). */
  pauseEtcd(): Promise<Stopped>;
  /**
   * A part of it was stopped. Its controllers come back at a backoff of their own: they were seen to act on nothing for
   * more than a minute after the API server answered again.
   */
  readonly disturbed: boolean;
};

/** They live for minutes: less collecting makes them start a fifth sooner. */
const GO = { GOGC: "400" };

/** A write that is not answered for so long (ms) hangs. */
const HANGS_FOR = 500;
/** Those that an election's objects, its pods and their nodes meet. */
const CONTROLLERS = [
  "deployment",
  "replicaset",
  "daemonset",
  "garbage-collector",
  "namespace",
  "serviceaccount",
  "serviceaccount-token",
  "root-ca-certificate-publisher",
  "endpoints",
  "endpointslice",
  "disruption",
  "node-lifecycle",
  "taint-eviction",
  "pod-garbage-collector",
];

const flags = (all: Readonly<Record<string, string | number | boolean>>): readonly string[] =>
  Object.entries(all).map(([name, value]) => `--${name}=${value}`);

/**
 * Starts etcd, kube-apiserver, kube-controller-manager and kube-scheduler; resolves when the API server is ready.
 * `name` is its folder's; `parts` leaves out the last two where nothing but requests may change what is stored.
 * HarnessError when a program is missing, or one ends or is not ready within a minute.
 */
export async function startControlPlane(
  home: HomeOptions,
  name: string,
  signal: AbortSignal,
  parts: "all" | "api" = "all",
): Promise<ControlPlane> {
  const programs = await needPrograms();
  const [clientPort, peerPort, apiPort] = (await freePorts(3)) as [number, number, number];
  const folder = join(home.memory, name);
  const url = `https://127.0.0.1:${apiPort}`;
  const credentials = await writeCredentials(folder, url);
  const data = join(folder, "etcd");
  mkdirSync(data, { mode: 0o700 });
  await using stack = new AsyncDisposableStack();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => {}); // whoever waits is told
  const start = async (program: Program, all: Parameters<typeof flags>[0]): Promise<Service> => {
    const service = await startService({
      name: program,
      program: programs[program],
      args: flags(all),
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...GO, INTERREGNUM_RUN: home.run },
      directory: folder,
      log: join(folder, `${program}.log`),
      ledger: home.ledger,
    });
    service.ended.catch(reject);
    return service;
  };
  const etcdUrl = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const etcd = stack.use(
    await start("etcd", {
      name: "interregnum",
      "data-dir": data,
      "unsafe-no-fsync": true,
      "listen-client-urls": etcdUrl,
      "advertise-client-urls": etcdUrl,
      "listen-peer-urls": peerUrl,
      "initial-advertise-peer-urls": peerUrl,
      "initial-cluster": `interregnum=${peerUrl}`,
      // A lone member waits so long (ms) before it elects itself.
      "heartbeat-interval": 10,
      "election-timeout": 100,
      "log-level": "warn",
    }),
  );
  const startApi = (): Promise<Service> =>
    start("kube-apiserver", {
      "etcd-servers": etcdUrl,
      "bind-address": "127.0.0.1",
      "secure-port": apiPort,
      "tls-cert-file": credentials.serving.cert,
      "tls-private-key-file": credentials.serving.key,
      "client-ca-file": credentials.ca,
      "service-account-issuer": "https://kubernetes.default.svc",
      "service-account-key-file": credentials.accounts.publicKey,
      "service-account-signing-key-file": credentials.accounts.privateKey,
      "authorization-mode": "RBAC",
      "service-cluster-ip-range": "10.96.0.0/16",
      // It would publish a loopback address, which is no Endpoints object's.
      "endpoint-reconciler-type": "none",
      profiling: false,
    });
  let api = await startApi();
  stack.defer(() => api[Symbol.asyncDispose]());
  const outage = openOutage();
  const client = stack.use(openClient(url, credentials.admin, outage));
  await untilReady(client, ended, signal);
  // Their clients' own limit (20 calls a second) would make a start of five seconds of it.
  const common = {
    "leader-elect": false,
    "secure-port": 0,
    profiling: false,
    "kube-api-qps": 1000,
    "kube-api-burst": 1000,
  };
  if (parts === "all") {
    stack.use(
      await start("kube-controller-manager", {
        ...common,
        kubeconfig: credentials.controllerManager,
        "service-account-private-key-file": credentials.accounts.privateKey,
        "root-ca-file": credentials.ca,
        controllers: CONTROLLERS.map((controller) => `${controller}-controller`).join(","),
      }),
    );
    stack.use(await start("kube-scheduler", { ...common, kubeconfig: credentials.scheduler }));
  }
  /** The client waits until `back` has brought it back, or has failed. */
  const stoppedUntil = (words: string, back: (signal: AbortSignal) => Promise<void>): Stopped => ({
    words,
    async start(healSignal) {
      try {
        await back(healSignal);
        await untilReady(client, ended, healSignal);
      } finally {
        outage.end();
      }
    },
  });
  const owned = stack.move();
  return {
    client,
    credentials,
    ended,
    get disturbed() {
      return outage.count > 0;
    },
    async stopApi() {
      outage.begin();
      await api[Symbol.asyncDispose]();
      return stoppedUntil(`kube-apiserver (pid ${api.pid}) was killed and is gone`, async () => {
        api = await startApi();
      });
    },
    async pauseEtcd() {
      outage.begin();
      try {
        await freeze(etcd);
        if (await client.commits(HANGS_FOR)) throw new Error("etcd is stopped, and yet a write was committed");
      } catch (error) {
        send(etcd.pid, "SIGCONT");
        outage.end();
        throw error;
      }
      const words = `etcd (pid ${etcd.pid}) is stopped (state T), and a write hangs`;
      return stoppedUntil(words, async () => void send(etcd.pid, "SIGCONT"));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
