import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { findPrograms, MEND, PROGRAMS } from "../clusters/apiserver/binaries.ts";
import { findEngine } from "../clusters/containers/engine.ts";
import { contextNames } from "../clusters/context/kubeconfig.ts";
import { HarnessError, InputError } from "../core/errors.ts";
import { KIND_MEND, kindProblem } from "../clusters/kind/engine.ts";
import { programOf } from "../electors/programs.ts";

export type Check = {
  readonly name: string;
  readonly status: "ok" | "missing" | "warning";
  readonly detail: string;
  /** The command that mends it. */
  readonly mend?: string;
};

const program = async (name: string, enables: string, mend: string): Promise<Check> => {
  const path = await programOf(name, ".");
  return path === undefined
    ? { name, status: "missing", detail: `not on PATH: ${enables} is skipped`, mend }
    : { name, status: "ok", detail: `${path}: ${enables}` };
};

/** What this machine can run, what is missing and the command that mends it. Takes about a second: it measures stalls. */
export async function doctor(): Promise<readonly Check[]> {
  return [
    nodeCheck(),
    procCheck(),
    { name: "simulation", status: "ok", detail: "virtual time in this process: --cluster simulation runs anywhere" },
    await stallCheck(),
    await controlPlaneCheck(),
    await engineCheck(),
    await kindCheck(),
    await contextCheck(),
    await program("go", "the electors client-go and client-go-release", "apt-get install golang-go (1.26 or later)"),
    await program("python3", "the elector python", "apt-get install python3"),
    await program("chromium", "the browser test of the report", "apt-get install chromium"),
  ];
}

function nodeCheck(): Check {
  const major = Number(process.versions.node.split(".")[0]);
  return major >= 24
    ? { name: "node", status: "ok", detail: `${process.version} at ${process.execPath}` }
    : { name: "node", status: "missing", detail: `${process.version} cannot run TypeScript as it is`, mend: "npm ci" };
}

async function controlPlaneCheck(): Promise<Check> {
  const found = await findPrograms();
  const missing = PROGRAMS.filter((name) => found[name] === undefined);
  const name = "control plane";
  return missing.length === 0
    ? { name, status: "ok", detail: `${Object.values(found).join(", ")}: --cluster apiserver` }
    : { name, status: "missing", detail: `no ${missing.join(", ")}: --cluster apiserver cannot run`, mend: MEND };
}

async function engineCheck(): Promise<Check> {
  const name = "container engine";
  try {
    const { info } = await findEngine();
    return { name, status: "ok", detail: `Docker ${info.containerRuntime.serverVersion}: --runtime container` };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    const mend = error.mend === undefined ? {} : { mend: error.mend };
    return { name, status: "missing", detail: `${error.message}: --runtime container cannot run`, ...mend };
  }
}

async function kindCheck(): Promise<Check> {
  const problem = await kindProblem(AbortSignal.timeout(10_000));
  return problem === undefined
    ? { name: "kind", status: "ok", detail: "kind and a Docker engine: --cluster kind" }
    : { name: "kind", status: "missing", detail: `${problem}: --cluster kind cannot run`, mend: KIND_MEND };
}

/** Whether they are reached is seen when one is used: that may ask for a password. */
async function contextCheck(): Promise<Check> {
  const name = "contexts";
  try {
    const names = await contextNames();
    return names.length === 0
      ? {
          name,
          status: "missing",
          detail: "no kubeconfig has one: --cluster CONTEXT cannot run",
          mend: "set KUBECONFIG",
        }
      : { name, status: "ok", detail: `${names.join(", ")}: --cluster CONTEXT` };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const mend = error.mend === undefined ? {} : { mend: error.mend };
    return { name, status: "warning", detail: `${error.where.file}: ${error.message}`, ...mend };
  }
}

function procCheck(): Check {
  return existsSync("/proc/self/schedstat")
    ? { name: "stalls", status: "ok", detail: "/proc/PID/schedstat: each replica's run delay is measured" }
    : {
        name: "stalls",
        status: "warning",
        detail: "no /proc/PID/schedstat: contention cannot be told from a pause, so verdicts may stay unknown",
        mend: "run on Linux with CONFIG_SCHED_INFO",
      };
}

async function stallCheck(): Promise<Check> {
  const monitor = monitorEventLoopDelay({ resolution: 5 });
  monitor.enable();
  await sleep(1000);
  monitor.disable();
  const p99 = Math.round(monitor.percentile(99) / 1e5) / 10;
  const detail = `${availableParallelism()} cores, event-loop delay p99 ${p99} ms over one second`;
  return p99 < 50
    ? { name: "contention", status: "ok", detail }
    : { name: "contention", status: "warning", detail, mend: "stop other work, or pass --jobs 1" };
}
