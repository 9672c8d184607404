import { join } from "node:path";
import type { Elector, LockKind, Timing } from "../core/elector.ts";
import { messageOf } from "../core/errors.ts";
import type { Incarnation, Recorder } from "../core/events.ts";
import type { Millis } from "../core/time.ts";
import { lockResource } from "../core/lock.ts";
import { replicaEnvironment } from "../electors/environment.ts";
import { kubeconfigText } from "../electors/kubeconfig.ts";
import type { Certificate } from "../gate/certificate.ts";
import { openGate, type Gate } from "../gate/gate.ts";
import type { UpstreamTls } from "../gate/upstream.ts";
import { DAEMON_HASH } from "../kubernetes/rollout/daemonset.ts";
import { TEMPLATE_HASH } from "../kubernetes/rollout/hash.ts";
import type { Container, Pod } from "../kubernetes/rollout/types.ts";
import { statementReader, type LineReader } from "../probes/statement-reader.ts";
import { replicaContainer } from "./deployment-of.ts";
import type { ContainerProcess, PodHost } from "./pod-host.ts";
import { openLog, type ReplicaLog } from "./replica-log.ts";
import type { StallWatch } from "./stall-watch.ts";
import type { Credentials, Launch, Runtime } from "./runtime.ts";
import { watchProcess } from "./watch-process.ts";
import type { Witness } from "./witness.ts";

export type ReplicaHostOptions = {
  readonly run: string;
  readonly elector: Elector;
  readonly timing: Timing;
  readonly election: string;
  /** The object that is judged. */
  readonly lock: { readonly kind: LockKind; readonly name: string };
  readonly namespace: string;
  /** Records, and is told apart by the witness. */
  readonly recorder: Recorder;
  /** The same recorder through which leadership is followed. */
  readonly statements: Recorder;
  readonly logs: string;
  readonly runtime: Pick<Runtime, "ours" | "equip" | "strip" | "launch">;
  readonly upstream: string;
  /** How the gates reach an upstream of https; the token is the replicas' own. */
  readonly upstreamTls?: UpstreamTls;
  readonly certificate: Certificate;
  /** The address of this machine at which the replicas reach their gates; loopback unless told. */
  readonly address?: string;
  /** Called before a call is taken for the present process's: the chance to see that there is a new one. */
  readonly look?: (replica: string) => void;
  readonly witness: Witness;
  readonly stalls: StallWatch;
  /** A first process was started, or the pod can never run. */
  readonly begun: (pod: Pod, error?: unknown) => void;
};

/** What one replica has beside its processes. */
type Parts = {
  readonly gate: Gate;
  readonly log: ReplicaLog;
  readonly read: LineReader;
  readonly address: string;
  incarnation: number;
  /** Not before these instants its processes were started, by incarnation. */
  readonly starts: Millis[];
  /** Whose line is read: the last process's may come when there is another by then. */
  speaking: number;
  /** Ends what watches the present process. */
  watching: DisposableStack | undefined;
  /** The processes beside it by their container, and what watches each. */
  readonly beside: Map<string, { readonly pid: number; readonly watching: Disposable }>;
};

export type ReplicaHost = PodHost & {
  /** The replica's gate; undefined when the replica is gone. */
  gate(replica: string): Gate | undefined;
  logFile(replica: string): string;
};

/** A flood of lines that are too short to state anything need not be decoded. */
const SHORTEST_STATEMENT = '{"leading":true}'.length;

/** Gives each replica its gate, its environment and its log, and writes what its processes do into the history. */
export function replicaHost(options: ReplicaHostOptions): ReplicaHost {
  const { elector, recorder, statements, namespace, runtime } = options;
  const parts = new Map<string, Parts>();
  const logFile = (replica: string): string => join(options.logs, `${replica}.log`);
  const main = replicaContainer(elector);
  const isMain = (process: ContainerProcess): boolean => process.container.name === main;
  const event = (process: ContainerProcess) => ({
    type: "replica" as const,
    replica: process.pod.metadata.name,
    incarnation: process.incarnation,
    revision: revisionOf(process.pod),
  });

  const prepare = async (pod: Pod, address: string): Promise<(container: Container) => Launch> => {
    const replica = pod.metadata.name;
    const who = (): Incarnation => {
      options.look?.(replica);
      return { replica, incarnation: parts.get(replica)?.incarnation ?? 1 };
    };
    const read = statementReader(
      elector.observe,
      () => ({ replica, incarnation: parts.get(replica)?.speaking ?? 1 }),
      statements,
    );
    const starts: Millis[] = [];
    const gate = await openGate({
      upstream: options.upstream,
      who,
      recorder,
      lock: { resource: lockResource[options.lock.kind], namespace, name: options.lock.name },
      certificate: options.certificate,
      ...(options.address === undefined ? {} : { host: options.address }),
      ...(options.upstreamTls === undefined ? {} : { upstreamTls: options.upstreamTls }),
    });
    try {
      const effectUrl = options.witness.register(replica, {
        // The first, too, of what was opened before anything was started: the harness told that late.
        incarnation: (opened) => Math.max(1, starts.findLastIndex((start) => start <= opened) + 1),
        recorder,
        fencing: elector.fencing,
      });
      const equipment = runtime.equip({ namespace, pod: replica }, credentialsOf(options, gate));
      const settings = {
        gateUrl: gate.url,
        kubeconfigPath: equipment.kubeconfigPath,
        ...(equipment.accountFolder !== undefined && {
          inCluster: inClusterOf(options, gate, equipment.accountFolder),
        }),
        podName: replica,
        namespace,
        podIp: address,
        podUid: pod.metadata.uid ?? "",
        election: options.election,
        timing: options.timing,
        effectUrl,
      };
      const env: Record<string, string> = {
        ...replicaEnvironment(settings, runtime.ours),
        ...equipment.env,
        HOSTNAME: replica,
        INTERREGNUM_RUN: options.run,
      };
      parts.set(replica, {
        gate,
        log: openLog(logFile(replica)),
        read,
        address,
        incarnation: 1,
        starts,
        speaking: 1,
        watching: undefined,
        beside: new Map(),
      });
      const launches = new Map<string, Launch>();
      for (const container of pod.spec.containers)
        launches.set(container.name, await runtime.launch(container, env, elector.directory));
      return (container) => launches.get(container.name)!;
    } catch (error) {
      parts.get(replica)?.log[Symbol.dispose]();
      parts.delete(replica);
      runtime.strip({ namespace, pod: replica });
      await gate[Symbol.asyncDispose]();
      throw error;
    }
  };

  const watchBeside = (own: Parts, container: string, replica: string, pid: number): void => {
    endBeside(own, container);
    const who = { replica, incarnation: own.incarnation };
    own.beside.set(container, { pid, watching: options.stalls.watch({ who, pid, recorder }) });
  };

  return {
    prepare,
    gate: (replica) => parts.get(replica)?.gate,
    logFile,
    started(process, running) {
      const replica = process.pod.metadata.name;
      const own = parts.get(replica);
      if (own === undefined) return;
      if (!isMain(process)) {
        watchBeside(own, process.container.name, replica, running.pid);
        return;
      }
      own.incarnation = process.incarnation;
      const beside = [...own.beside]; // what is beside it waits with the present one
      for (const [name, { pid }] of beside) watchBeside(own, name, replica, pid);
      own.starts.push(running.started.since);
      own.log.say(`process ${process.incarnation} started: pid ${running.pid}`);
      recorder.record({ ...event(process), ...running.started, phase: "started", pid: running.pid });
      const { incarnation } = process;
      const who: Incarnation = { replica, incarnation };
      own.watching = watchProcess({
        ...options,
        observe: elector.observe,
        who,
        address: own.address,
        pid: running.pid,
      });
      options.begun(process.pod);
    },
    lines(process, stream, lines) {
      const own = parts.get(process.pod.metadata.name);
      own?.log.write(lines);
      if (own === undefined || !isMain(process)) return;
      if (stream === "stderr" && elector.observe.via !== "log") return;
      own.speaking = process.incarnation;
      const least = elector.observe.via === "stdout" ? SHORTEST_STATEMENT : 0;
      for (const { bytes, bounds } of lines) if (bytes.length >= least) own.read(bytes.toString("utf8"), bounds);
    },
    silent(process, bounds) {
      if (!isMain(process) || (elector.observe.via !== "stdout" && elector.observe.via !== "log")) return;
      const { replica, incarnation } = event(process);
      recorder.record({ type: "gap", ...bounds, replica, incarnation, reason: "its stdout is closed" });
    },
    exited(process, { code, signal, bounds }) {
      const own = parts.get(process.pod.metadata.name);
      if (own === undefined) return;
      if (!isMain(process)) return endBeside(own, process.container.name);
      own.watching?.dispose();
      own.watching = undefined;
      own.log.say(`process ${process.incarnation} ended: ${signal ?? `exit status ${code}`}`);
      recorder.record({ ...event(process), ...bounds, phase: "exited", code, signal });
    },
    ready(pod) {
      const incarnation = parts.get(pod.metadata.name)?.incarnation ?? 1;
      const at = recorder.now();
      const revision = revisionOf(pod);
      recorder.record({ type: "replica", at, replica: pod.metadata.name, incarnation, revision, phase: "ready" });
    },
    terminating(pod, bounds) {
      const incarnation = parts.get(pod.metadata.name)?.incarnation ?? 1;
      const revision = revisionOf(pod);
      const replica = pod.metadata.name;
      recorder.record({ type: "replica", ...bounds, replica, incarnation, revision, phase: "terminating" });
    },
    failed(pod, error) {
      parts.get(pod.metadata.name)?.log.say(`cannot be started: ${messageOf(error)}`);
      options.begun(pod, error);
    },
    async released(pod) {
      const own = parts.get(pod.metadata.name);
      if (own === undefined) return;
      parts.delete(pod.metadata.name);
      own.watching?.dispose();
      for (const name of own.beside.keys()) endBeside(own, name);
      own.log[Symbol.dispose]();
      runtime.strip({ namespace, pod: pod.metadata.name });
      await own.gate[Symbol.asyncDispose]();
    },
  };
}

function endBeside(own: Parts, container: string): void {
  own.beside.get(container)?.watching[Symbol.dispose]();
  own.beside.delete(container);
}

export const revisionOf = (pod: Pod): string =>
  pod.metadata.labels?.[TEMPLATE_HASH] ?? pod.metadata.labels?.[DAEMON_HASH] ?? "";

function credentialsOf({ certificate, namespace, upstreamTls }: ReplicaHostOptions, gate: Gate): Credentials {
  const { ca } = certificate;
  const token = upstreamTls?.token ?? "interregnum"; // the embedded API asks nobody who he is
  return { kubeconfig: kubeconfigText({ server: gate.secureUrl, ca, namespace, token }), ca, token };
}

const inClusterOf = ({ address = "127.0.0.1" }: ReplicaHostOptions, { port }: Gate, accountFolder: string) => ({
  host: address,
  port,
  accountFolder,
});
