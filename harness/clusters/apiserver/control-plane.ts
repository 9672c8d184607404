import { mkdirSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HarnessError } from "../../core/errors.ts";
import type { HomeOptions } from "../home.ts";
import { needPrograms, type Program } from "./binaries.ts";
import { openClient, type ApiClient } from "./client.ts";
import { writeCredentials, type Credentials } from "./credentials.ts";
import { startService, type Service } from "./service.ts";

/** A real control plane of this run's own. Disposing ends every process of it. */
export type ControlPlane = AsyncDisposable & {
  readonly client: ApiClient;
  readonly credentials: Credentials;
  /** Rejects with HarnessError when a component ends by itself. */
  readonly ended: Promise<never>;
};

/** They live for minutes: less collecting makes them start a fifth sooner. */
const GO = { GOGC: "400" };

/** How often the API server is asked whether it is ready, and for how long (ms). */
const LOOK_EVERY = 20;
const READY_WITHIN = 60_000;

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

/** Different free ports of loopback. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Starts etcd, kube-apiserver, kube-controller-manager and kube-scheduler; resolves when the API server is ready.
 * HarnessError when a program is missing, or one ends or is not ready within a minute.
 */
export async function startControlPlane(home: HomeOptions, signal: AbortSignal): Promise<ControlPlane> {
  const programs = await needPrograms();
  const [clientPort, peerPort, apiPort] = (await freePorts(3)) as [number, number, number];
  const folder = join(home.memory, "control-plane");
  const url = `https://127.0.0.1:${apiPort}`;
  const credentials = await writeCredentials(folder, url);
  const data = join(folder, "etcd");
  mkdirSync(data, { mode: 0o700 });
  await using stack = new AsyncDisposableStack();
  const start = async (name: Program, all: Parameters<typeof flags>[0]): Promise<Service> =>
    stack.use(
      await startService({
        name,
        program: programs[name],
        args: flags(all),
        env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...GO, INTERREGNUM_RUN: home.run },
        directory: folder,
        log: join(folder, `${name}.log`),
        ledger: home.ledger,
      }),
    );
  const etcdUrl = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const services = [
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
    await start("kube-apiserver", {
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
    }),
  ];
  const client = stack.use(openClient(url, credentials.admin));
  await untilReady(client, services, signal);
  // Their clients' own limit (20 calls a second) would make a start of five seconds of it.
  const common = {
    "leader-elect": false,
    "secure-port": 0,
    profiling: false,
    "kube-api-qps": 1000,
    "kube-api-burst": 1000,
  };
  const manager = await start("kube-controller-manager", {
    ...common,
    kubeconfig: credentials.controllerManager,
    "service-account-private-key-file": credentials.accounts.privateKey,
    "root-ca-file": credentials.ca,
    controllers: CONTROLLERS.map((name) => `${name}-controller`).join(","),
  });
  const scheduler = await start("kube-scheduler", { ...common, kubeconfig: credentials.scheduler });
  const ended = Promise.race([...services, manager, scheduler].map((service) => service.ended));
  ended.catch(() => {}); // whoever waits is told
  const owned = stack.move();
  return { client, credentials, ended, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function untilReady(client: ApiClient, services: readonly Service[], signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN;
  const looking = new AbortController();
  const poll = async (): Promise<void> => {
    while (!(await client.ready())) {
      looking.signal.throwIfAborted();
      signal.throwIfAborted();
      if (performance.now() > deadline)
        throw new HarnessError(`kube-apiserver is not ready after ${READY_WITHIN / 1000} s`, {
          mend: "stop other work on this machine, or use --cluster embedded",
        });
      await sleep(LOOK_EVERY, undefined, { signal });
    }
  };
  try {
    await Promise.race([poll(), ...services.map((service) => service.ended)]);
  } finally {
    looking.abort();
  }
}
