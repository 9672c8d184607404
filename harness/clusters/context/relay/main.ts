import { connect, createServer, type Socket } from "node:net";
import { millis } from "../../../core/time.ts";
import { watchRunDelay } from "../../../probes/run-delay.ts";
import { openMux, type Mux } from "./mux.ts";
import { lives, mainOf, others, statesOf, type Main } from "./processes.ts";
import { PORTS, type Destination, type Order, type Word } from "./words.ts";

// Runs in a pod, beside the elector, as the only other container: the harness's way to it. It imports nothing that is
// not sent along (see program.ts), and Node alone runs it.

/** How often the elector's process is looked at, and its lines' lateness measured, in ms. */
const LOOK_EVERY = 10;
const BEACON_EVERY = 100;
/** What was said is on its way within this, in ms. */
const SAID_WITHIN = 50;
const LOOPBACK = "127.0.0.1";
const now = (): number => performance.now();

let carrier: { readonly socket: Socket; readonly mux: Mux<Word> } | undefined;
/** Words for which there was nobody to hear them. */
const unheard: Word[] = [];
let main: Main | undefined;
let [states, seen] = ["", 0];
/** What is read now came after `unread`: all before was read between two ticks. */
let [unread, ticked] = [0, 0];

function say(word: Word): void {
  if (carrier === undefined) unheard.push(word);
  else carrier.mux.say(word);
}

/** Sees at once who runs; the elector's end is told before anything of its successor. */
function look(): void {
  const at = now();
  const pids = others();
  if (main !== undefined && !lives(main)) {
    say({ type: "ended", pid: main.pid, since: seen, at: now() });
    main = undefined;
  }
  if (main === undefined) {
    main = mainOf(pids, now);
    if (main !== undefined) say({ type: "started", pid: main.pid, since: main.since, at: main.at });
  }
  seen = at;
  const letters = statesOf(pids);
  if (letters !== states) say({ type: "states", states: (states = letters) });
}

function obey(order: Order): void {
  switch (order.type) {
    case "ping":
      return say({ type: "pong", id: order.id, mono: now(), wall: Date.now() });
    case "signal":
      for (const pid of others())
        try {
          process.kill(pid, `SIG${order.name}`);
        } catch {
          // it ended: the next look tells
        }
      return look();
    default:
      throw order satisfies never;
  }
}

/** A connection from the harness to a port of the pod. */
const dial = (to: Destination): Socket =>
  connect({ host: process.env["POD_IP"] ?? LOOPBACK, port: Number(to), allowHalfOpen: true });

function carry(socket: Socket): void {
  carrier?.socket.destroy(); // the newest is the one that is heard
  socket.setNoDelay(true);
  const mux = openMux<Word, Order>({
    side: "odd",
    send: (bytes) => void socket.write(bytes),
    dial,
    heard: obey,
    now: () => unread,
  });
  const own = { socket, mux };
  carrier = own;
  socket.on("data", (chunk: Buffer) => {
    try {
      mux.received(chunk);
    } catch {
      socket.destroy();
    }
  });
  socket.on("error", () => {}); // told as its close
  socket.once("close", () => {
    mux.close();
    if (carrier === own) carrier = undefined;
  });
  say({ type: "hello" });
  if (main !== undefined) say({ type: "started", pid: main.pid, since: main.since, at: main.at });
  say({ type: "states", states });
  for (const word of unheard.splice(0)) say(word);
  if (!ready.listening) ready.listen(PORTS.ready);
}

const ready = createServer((socket) => void socket.end());

for (const to of ["api", "effects"] as const)
  createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    look(); // whose connection it is, is known before it is told
    if (carrier === undefined) socket.resetAndDestroy();
    else carrier.mux.open(socket, to);
  }).listen(PORTS[to], LOOPBACK);
createServer({ noDelay: true }, carry).listen(PORTS.carrier, LOOPBACK);

setInterval(() => {
  [unread, ticked] = [ticked, now()];
  look();
}, LOOK_EVERY);
// The harness reads in its own log how late the node stamps what a container writes.
setInterval(() => process.stdout.write(`${Date.now()}\n`), BEACON_EVERY);
watchRunDelay({
  pids: others,
  clock: { now: () => millis(now()) },
  stalled: (waited) => say({ type: "stalled", ...waited }),
});

/** A kubelet asks us to go when the elector is gone; where it asks before, we stay until then. */
process.on("SIGTERM", () => {
  setInterval(() => {
    look();
    if (main === undefined) setTimeout(() => process.exit(0), SAID_WITHIN);
  }, LOOK_EVERY);
});
