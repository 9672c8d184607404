/** Ports of a pod at which its relay listens; few programs use them. */
export const PORTS = {
  /** For the harness, on loopback: a port-forward comes out here. */
  carrier: 16441,
  /** For the elector, on loopback: the replica's gate, as if it were here. */
  api: 16443,
  /** The same of the witness. */
  effects: 16444,
  /** For the kubelet: open once the harness is connected. */
  ready: 16445,
} as const;

/** Whom a connection is for: the harness's gate or witness, or a port of the pod. */
export type Destination = "api" | "effects" | number;

/** What the harness says to a relay. */
export type Order =
  | { readonly type: "ping"; readonly id: number }
  | { readonly type: "signal"; readonly name: "STOP" | "CONT" | "KILL" };

/** What a relay says; instants are of its own monotonic clock in ms, `wall` of its node's clock in ms since 1970. */
export type Word =
  | { readonly type: "hello" }
  | { readonly type: "pong"; readonly id: number; readonly mono: number; readonly wall: number }
  /** The elector's first process, and when the kernel started it. */
  | { readonly type: "started"; readonly pid: number; readonly since: number; readonly at: number }
  /** It was alive at `since`, and gone at `at`. */
  | { readonly type: "ended"; readonly pid: number; readonly since: number; readonly at: number }
  /** A letter for each of the elector's processes, T where it is stopped; told when they change. */
  | { readonly type: "states"; readonly states: string }
  | { readonly type: "stalled"; readonly since: number; readonly at: number; readonly ms: number };
