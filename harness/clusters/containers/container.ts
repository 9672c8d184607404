import { PassThrough } from "node:stream";
import { toMicros, type Bounds } from "../../core/time.ts";
import { holdBack, readOutput } from "../output.ts";
import type { Exit, Running, StartOptions } from "../runtime.ts";
import { LABEL, statusOf, type Engine } from "./engine.ts";
import type { Ends } from "./ends.ts";
import { isFrozen } from "./freezer.ts";
import type { Lag } from "./lag.ts";
import { type Plugs, POD_LABEL, podLabel } from "./plug.ts";
import { unlessGone } from "./remains.ts";

/** After its end the engine may be so long (ms) in passing on what a container wrote. */
const DRAIN_MS = 5000;
const SIGNAL_BASE = 128;
const SIGKILL = 9;

export type Surroundings = {
  readonly engine: Engine;
  readonly run: string;
  readonly network: string;
  readonly lag: Lag;
  readonly ends: Ends;
  readonly plugs: Plugs;
  /** `from:to` of what every container of the pod sees of this machine, read-only. */
  readonly mounts: readonly string[];
  /** Unique in the run. */
  readonly name: string;
  /** The engine does not do what it is asked for. */
  readonly failed: (error: unknown) => void;
};

type Container = ReturnType<Engine["getContainer"]>;

/**
 * Starts an image as one container on an address of the run's network. Its output comes by the engine, its end is seen in
 * /proc, and told when the container is removed. Rejects with the engine's refusal.
 */
export async function startContainer(options: StartOptions, around: Surroundings): Promise<Running> {
  const { clock } = options;
  const container = await create(options, around);
  await around.plugs.created(options, container.id);
  const told = holdBack();
  const output = await listen(options, around, container, told);
  let state: { readonly Pid: number };
  const since = clock.now();
  try {
    await container.start();
    state = (await container.inspect()).State;
  } catch (error) {
    output.drop();
    await unlessGone(container.remove({ force: true, v: true }));
    throw error;
  }
  const started: Bounds = { since, at: toMicros(clock.now()) };
  const life = follow(options, around, { container, output, started, pid: state.Pid, told });
  setImmediate(told.go);
  return { pid: state.Pid, started, ...handsOn(container, state.Pid, life, around.failed) };
}

const create = ({ argv, env, image, namespace, pod, address }: StartOptions, around: Surroundings) =>
  around.engine.createContainer({
    name: `interregnum-${around.run}-${around.name}`,
    Image: image ?? "",
    Hostname: pod.slice(0, 63),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(argv.length > 0 ? { Cmd: [...argv] } : {}),
    Labels: { [LABEL]: around.run, [POD_LABEL]: podLabel({ namespace, pod }) },
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      NetworkMode: around.network,
      Binds: around.mounts.map((mount) => `${mount}:ro`),
      LogConfig: { Type: "none", Config: {} }, // its output is read here, and nowhere else
    },
    NetworkingConfig: { EndpointsConfig: { [around.network]: { IPAMConfig: { IPv4Address: address } } } },
  });

/** Reads its output from the first byte on. */
async function listen(
  options: StartOptions,
  { engine, lag }: Surroundings,
  container: Container,
  told: ReturnType<typeof holdBack>,
) {
  const both = await container.attach({ stream: true, stdout: true, stderr: true });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  (engine.modem as { demuxStream(all: unknown, out: unknown, err: unknown): void }).demuxStream(both, stdout, stderr);
  both.on("error", () => {}); // its close follows
  both.once("close", () => {
    stdout.end();
    stderr.end();
  });
  return readOutput(options, stdout, stderr, told, { drain: DRAIN_MS, late: () => lag.now() });
}

type Life = { readonly over: () => boolean; killed: boolean };

/** Tells of its end, once: when it was by /proc, how it was by the engine, and all that it wrote before. */
function follow(
  options: StartOptions,
  { ends, failed }: Surroundings,
  of: {
    readonly container: Container;
    readonly output: ReturnType<typeof readOutput>;
    readonly started: Bounds;
    readonly pid: number;
    readonly told: ReturnType<typeof holdBack>;
  },
): Life {
  const { container, output, started } = of;
  let seen: Bounds | undefined;
  const life = { over: () => seen !== undefined, killed: false };
  const drained = Promise.withResolvers<void>();
  const gone = (bounds: Bounds): void => {
    if (seen !== undefined) return;
    seen = { since: bounds.since > started.since ? bounds.since : started.since, at: bounds.at };
    output.exited(seen, drained.resolve);
  };
  // One that ended before it could be looked at has no process.
  const unwatch = of.pid === 0 ? () => {} : ends.watch(of.pid, options.clock, gone);
  const end = async (): Promise<void> => {
    let how: Pick<Exit, "code" | "signal"> = { code: null, signal: null };
    try {
      how = outcome((await container.wait()).StatusCode, life.killed);
    } catch (error) {
      if (statusOf(error) !== 404) failed(error); // removed under our hands: it has ended all the same
    }
    unwatch();
    gone({ since: started.since, at: toMicros(options.clock.now()) });
    await drained.promise;
    await unlessGone(container.remove({ force: true, v: true })).catch(failed);
    of.told(() => options.ended({ ...how, bounds: seen! }));
  };
  void end();
  return life;
}

/** An engine tells 137 for SIGKILL, and for an exit with that status. */
const outcome = (status: number, killed: boolean): Pick<Exit, "code" | "signal"> =>
  killed && status === SIGNAL_BASE + SIGKILL ? { code: null, signal: "SIGKILL" } : { code: status, signal: null };

/** What can be done to it, by the engine: none of it needs more rights than to speak to the engine. */
function handsOn(
  container: Container,
  pid: number,
  life: Life,
  failed: (error: unknown) => void,
): Omit<Running, "pid" | "started"> {
  let frozen = false;
  /** Refusals are of a container that has ended, or ends. */
  const unlessOver = async (act: Promise<unknown>): Promise<void> => {
    try {
      await act;
    } catch (error) {
      if (statusOf(error) === undefined) failed(error);
    }
  };
  const seen = (): boolean => isFrozen(pid) ?? frozen;
  return {
    signal: (signal) => unlessOver(container.kill({ signal })),
    kill() {
      life.killed = true;
      void unlessOver(container.kill({ signal: "SIGKILL" }));
    },
    async freeze(signal) {
      signal.throwIfAborted();
      await container.pause();
      frozen = (await container.inspect()).State.Paused;
      if (life.over()) throw new Error("it has ended");
      if (!seen()) throw new Error("the engine paused it, and it is not frozen");
    },
    async thaw() {
      if (!frozen) return;
      frozen = false;
      await unlessOver(container.unpause());
    },
    isFrozen: () => frozen && !life.over() && seen(),
  };
}
