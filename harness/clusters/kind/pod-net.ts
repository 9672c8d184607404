import { existsSync } from "node:fs";
import { spawn } from "node:child_process";
import { HarnessError } from "../../core/errors.ts";
import { outputOf, runProgram } from "../../electors/program.ts";
import { inNode } from "./docker.ts";
import type { PodProcess } from "./pod-processes.ts";

/** The network of one pod, from its node; it lives as long as the pod, whatever becomes of its processes. */
export type PodNet = {
  readonly node: string;
  /** Its name on the node. */
  readonly path: string;
  /** Whether it knows IPv6. */
  readonly six: boolean;
  /** The words that run a program of the node in it. */
  inside(argv: readonly string[]): readonly string[];
};

/** Programs of a node by which its pods' networks are reached. */
const PROGRAMS = [
  "nsenter",
  "ip",
  "tc",
  "iptables-restore",
  "iptables-save",
  "ip6tables-restore",
  "ip6tables-save",
  "bash",
];

const checked = new Map<string, Promise<void>>();

/** HarnessError that names what the node lacks. */
async function checkPrograms(node: string, signal: AbortSignal): Promise<void> {
  const { stdout } = await runProgram(["docker", "exec", node, "which", ...PROGRAMS], signal);
  const found = new Set(stdout.split("\n").map((path) => path.slice(path.lastIndexOf("/") + 1)));
  const missing = PROGRAMS.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new HarnessError(`the node ${node} has no ${missing.join(", ")}, by which packets of its pods are reached`, {
      mend: "use an image of a node that has them, as kind's own do (--node-image)",
    });
}

/** Finds the network of the pod of a process; rejects where it shares its node's. */
export async function podNet(node: string, { pid, nodePid }: PodProcess, signal: AbortSignal): Promise<PodNet> {
  let checking = checked.get(node);
  if (checking === undefined) {
    checked.set(node, (checking = checkPrograms(node, signal)));
    checking.catch(() => checked.delete(node));
  }
  await checking;
  const name = (await inNode(node, ["ip", "netns", "identify", String(nodePid)], signal)).trim();
  if (name === "") throw new Error("its pod has no network of its own");
  const path = `/var/run/netns/${name}`;
  return {
    node,
    path,
    six: existsSync(`/proc/${pid}/net/if_inet6`),
    inside: (argv) => ["nsenter", `--net=${path}`, ...argv],
  };
}

/** Whether the network is still there; it is not when its node does not run. */
export async function netLives({ node, path }: PodNet, signal: AbortSignal): Promise<boolean> {
  const { code } = await runProgram(["docker", "exec", node, "test", "-e", path], signal);
  return code === 0;
}

/** Says that it is ready, for what is read next must not wait for the start of a program; then it is that program. */
const READY = 'echo ready && exec "$@"';

/** A program of the node that waits for its input: given it, it works at once. */
export type Waiting = { give(input: string): Promise<void>; drop(): void };

/** Starts a program in the pod's network up to where it reads its input. */
export function waitIn(net: PodNet, argv: readonly string[], signal: AbortSignal): Promise<Waiting> {
  const words = ["exec", "-i", net.node, ...net.inside(["sh", "-c", READY, "sh", ...argv])];
  const child = spawn("docker", words, { stdio: "pipe", signal, killSignal: "SIGKILL" });
  let said = "";
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new HarnessError(`${argv.join(" ")} failed on ${net.node}: ${said.trim()}`)),
    );
  });
  child.stdin.on("error", () => {}); // its exit says why
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const waiting: Waiting = {
    give(input) {
      child.stdin.end(input);
      return ended;
    },
    drop() {
      ended.catch(() => {});
      child.kill("SIGKILL");
    },
  };
  return new Promise((resolve, reject) => {
    child.stdout.once("data", () => resolve(waiting));
    ended.catch(reject);
  });
}

/** Runs a program in the pod's network, given `input`. HarnessError when it does not end with 0. */
export const runIn = (net: PodNet, argv: readonly string[], signal: AbortSignal, input?: string): Promise<string> =>
  outputOf(["docker", "exec", "-i", net.node, ...net.inside(argv)], signal, input === undefined ? {} : { input });
