import { spawn } from "node:child_process";
import { createServer, type Socket } from "node:net";
import { note } from "./ledger.ts";
import { openLoopMark } from "./loop-mark.ts";
import { send } from "./proc.ts";
import { monotonic, type Order, type Word } from "./spawner-words.ts";

// The whole life of a process of its own: it forks what the harness orders. It stays small, for a fork copies the page
// tables of the process that forks. When the harness is gone it goes too, and leaves what runs to `clean`.
const [path, ledger] = process.argv.slice(2) as [string, string];
const loop = openLoopMark(monotonic);
/** By the number of their connection; order n has those of 2n and 2n + 1. */
const sockets = new Map<number, Socket>();
const orders = new Map<number, Order>();
let connected = 0;

const say = (word: Word): void => void process.send?.(word, undefined, undefined, () => {}); // nobody hears: it ends by "disconnect"

/** Forks once the order and both of its sockets are here. */
function work(id: number): void {
  const [order, stdout, stderr] = [orders.get(id), sockets.get(2 * id), sockets.get(2 * id + 1)];
  if (order === undefined || stdout === undefined || stderr === undefined) return;
  orders.delete(id);
  sockets.delete(2 * id);
  sockets.delete(2 * id + 1);
  fork(order, stdout, stderr);
}

function fork({ id, argv, env, directory }: Order, stdout: Socket, stderr: Socket): void {
  const since = monotonic();
  const stdio = ["ignore", stdout, stderr] as const;
  const child = spawn(argv[0]!, argv.slice(1), { cwd: directory, env, detached: true, stdio: [...stdio] });
  const { pid } = child;
  const mark = pid === undefined ? "" : note(ledger, pid);
  const at = monotonic();
  stdout.destroy();
  stderr.destroy();
  child.on("error", (error: NodeJS.ErrnoException) => {
    if (pid !== undefined) return;
    const { message, code, path: program } = error;
    say({ type: "refused", id, error: { message, ...(code && { code }), ...(program && { path: program }) } });
  });
  if (pid === undefined) return;
  say({ type: "started", id, pid, mark, since, at });
  child.once("exit", (code, signal) => {
    // What it leaves behind ends with it, as in a container.
    send(-pid, "SIGKILL");
    say({ type: "exited", id, code, signal, since: loop.mark() });
  });
}

process.on("disconnect", () => process.exit());
process.on("message", (order: Order) => {
  orders.set(order.id, order);
  work(order.id);
});
createServer({ pauseOnConnect: true }, (socket) => {
  socket.on("error", () => {}); // the harness is gone: "disconnect" follows
  sockets.set(connected, socket);
  work(Math.floor(connected++ / 2));
}).listen({ path, backlog: 511 }, () => say({ type: "listening" }));
