import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Elector, Timing } from "../core/elector.ts";
import { messageOf } from "../core/errors.ts";
import type { Incarnation, Recorder } from "../core/events.ts";
import { lockResource } from "../core/lock.ts";
import { kubeconfigText, replicaEnvironment, substitute } from "../electors/environment.ts";
import type { Certificate } from "../gate/certificate.ts";
import { openGate, type Gate } from "../gate/gate.ts";
import { TEMPLATE_HASH } from "../kubernetes/rollout/hash.ts";
import type { Container, Pod } from "../kubernetes/rollout/types.ts";
import { pollAnswers } from "../probes/poll-answers.ts";
import { watchRunDelay } from "../probes/run-delay.ts";
import { statementReader, type LineReader } from "../probes/statement-reader.ts";
import type { Witness } from "../witness/server.ts";
import { CONTAINER } from "./deployment-of.ts";
import type { ContainerProcess, Launch, PodHost } from "./pod-host.ts";
import { familyOf } from "./proc.ts";
import { openLog, type ReplicaLog } from "./replica-log.ts";

export type ReplicaHostOptions = {
  readonly run: string;
  readonly elector: Elector;
  readonly timing: Timing;
  readonly election: string;
  readonly namespace: string;
  /** Records, and is told apart by the witness. */
  readonly recorder: Recorder;
  /** The same recorder through which leadership is followed. */
  readonly statements: Recorder;
  readonly logs: string;
  readonly folder: string;
  readonly upstream: string;
  readonly certificate: Certificate;
  readonly witness: Witness;
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
  /** Ends what watches the present process. */
  watching: DisposableStack | undefined;
};

export type ReplicaHost = PodHost & {
  /** The replica's gate; undefined when the replica is gone. */
  gate(replica: string): Gate | undefined;
  logFile(replica: string): string;
};

/** How long a list of a replica's processes is used before it is made again. */
const FAMILY_MS = 1000;

/** Gives each replica its gate, its environment and its log, and writes what its processes do into the history. */
export function replicaHost(options: ReplicaHostOptions): ReplicaHost {
  const { elector, recorder, statements, namespace } = options;
  const parts = new Map<string, Parts>();
  const logFile = (replica: string): string => join(options.logs, `${replica}.log`);
  const isMain = (process: ContainerProcess): boolean => process.container.name === CONTAINER;
  const event = (process: ContainerProcess) => ({
    type: "replica" as const,
    replica: process.pod.metadata.name,
    incarnation: process.incarnation,
    revision: revisionOf(process.pod),
  });

  const prepare = async (pod: Pod, address: string): Promise<(container: Container) => Launch> => {
    const replica = pod.metadata.name;
    const who = (): Incarnation => ({ replica, incarnation: parts.get(replica)?.incarnation ?? 1 });
    const read = statementReader(elector.observe, who, statements);
    const gate = await openGate({
      upstream: options.upstream,
      who,
      recorder,
      lock: { resource: lockResource[elector.lock.kind], namespace, name: options.election },
      certificate: options.certificate,
    });
    try {
      const effectUrl = options.witness.register(replica, {
        incarnation: () => who().incarnation,
        recorder,
        fencing: elector.fencing,
      });
      const kubeconfigPath = writeKubeconfig(options, replica, gate);
      const env: Record<string, string> = {
        ...replicaEnvironment({
          gateUrl: gate.url,
          kubeconfigPath,
          podName: replica,
          namespace,
          podIp: address,
          podUid: pod.metadata.uid ?? "",
          election: options.election,
          timing: options.timing,
          effectUrl,
        }),
        HOSTNAME: replica,
        INTERREGNUM_RUN: options.run,
      };
      parts.set(replica, { gate, log: openLog(logFile(replica)), read, address, incarnation: 1, watching: undefined });
      return (container) => launchOf(container, env, elector.directory);
    } catch (error) {
      await gate[Symbol.asyncDispose]();
      throw error;
    }
  };

  return {
    prepare,
    gate: (replica) => parts.get(replica)?.gate,
    logFile,
    started(process, running) {
      if (!isMain(process)) return;
      const own = parts.get(process.pod.metadata.name);
      if (own === undefined) return;
      own.incarnation = process.incarnation;
      own.log.say(`process ${process.incarnation} started: pid ${running.pid}`);
      recorder.record({ ...event(process), ...running.started, phase: "started", pid: running.pid });
      own.watching = watchProcess(options, process, own.address, running.pid);
      options.begun(process.pod);
    },
    lines(process, stream, lines) {
      const own = parts.get(process.pod.metadata.name);
      own?.log.write(lines);
      if (own === undefined || !isMain(process)) return;
      if (stream === "stderr" && elector.observe.via !== "log") return;
      for (const { bytes, bounds } of lines) own.read(bytes.toString("utf8"), bounds);
    },
    silent(process, bounds) {
      if (!isMain(process) || (elector.observe.via !== "stdout" && elector.observe.via !== "log")) return;
      const { replica, incarnation } = event(process);
      recorder.record({ type: "gap", ...bounds, replica, incarnation, reason: "its stdout is closed" });
    },
    exited(process, { code, signal, bounds }) {
      const own = parts.get(process.pod.metadata.name);
      if (own === undefined || !isMain(process)) return;
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
      own.log[Symbol.dispose]();
      await own.gate[Symbol.asyncDispose]();
    },
  };
}

export const revisionOf = (pod: Pod): string => pod.metadata.labels?.[TEMPLATE_HASH] ?? "";

function writeKubeconfig(options: ReplicaHostOptions, replica: string, gate: Gate): string {
  const folder = join(options.folder, options.namespace);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${replica}.kubeconfig`);
  const { ca } = options.certificate;
  writeFileSync(path, kubeconfigText({ server: gate.secureUrl, ca, namespace: options.namespace }), { mode: 0o600 });
  return path;
}

function launchOf(container: Container, env: Readonly<Record<string, string>>, directory: string): Launch {
  const own = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value ?? ""]));
  const all = { ...own, ...env };
  const argv = substitute([...(container.command ?? []), ...(container.args ?? [])], all);
  return { argv, env: all, directory: container.workingDir ?? directory };
}

/** Measures the present process's starvation, and asks its endpoint where there is one; until disposed. */
function watchProcess(
  options: ReplicaHostOptions,
  process: ContainerProcess,
  address: string,
  pid: number,
): DisposableStack {
  const { elector, recorder, statements } = options;
  const replica = process.pod.metadata.name;
  const who = (): Incarnation => ({ replica, incarnation: process.incarnation });
  const stack = new DisposableStack();
  let family: readonly number[] = [pid];
  let seen = recorder.now();
  const pids = (): readonly number[] => {
    if (recorder.now() - seen < FAMILY_MS) return family;
    seen = recorder.now();
    return (family = familyOf(pid));
  };
  stack.use(watchRunDelay({ pids, who, recorder }));
  if (elector.observe.via === "http") {
    const polling = new AbortController();
    stack.defer(() => polling.abort());
    const { observe } = elector;
    void pollAnswers({ observe, address, identity: replica, who, recorder: statements, signal: polling.signal });
  }
  return stack;
}
