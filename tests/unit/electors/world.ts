import { correct, type Behaviour, type Timing } from "../../../fixtures/electors/reference/behaviour.ts";
import { contend } from "../../../fixtures/electors/reference/elector.ts";
import { LeaseServer } from "./lease-server.ts";
import { ReplicaClock, VirtualTime } from "./virtual-clock.ts";

export const timing: Timing = { leaseDuration: 4000, renewDeadline: 2000, retryPeriod: 1000 };
export const L = timing.leaseDuration;

export type Span = { readonly by: string; readonly from: number; to: number };

export type Member = {
  readonly name: string;
  readonly clock: ReplicaClock;
  readonly link: ReturnType<LeaseServer["link"]>["state"];
  readonly statements: ("claim" | "disclaim")[];
  terminate(): void;
  /** The process is gone at once. */
  kill(): void;
  readonly working: () => boolean;
};

/** A small generator of numbers in [0, 1) (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Electors in virtual time around one Lease, and what an observer without error sees of them. */
export class World {
  readonly time = new VirtualTime();
  readonly server = new LeaseServer(this.time);
  readonly members = new Map<string, Member>();
  /** Belief and work, each as spans; open ones end with the run. */
  readonly reigns: Span[] = [];
  readonly works: Span[] = [];
  private readonly random: () => number;
  private readonly behaviour: Behaviour;
  private readonly latency: number;

  constructor(seed: number, deviation: Partial<Behaviour> = {}, latency = 20) {
    this.random = randomOf(seed);
    this.behaviour = { ...correct, ...deviation };
    this.latency = latency;
  }

  add(name: string, options: { readonly timing?: Timing; readonly wallOffset?: number } = {}): Member {
    const { time, random, reigns, works } = this;
    const clock = new ReplicaClock(time, options.wallOffset ?? 0);
    const { state: link, client } = this.server.link(name, clock, () => random() * this.latency);
    const terminated = new AbortController();
    const own = { reigns: [] as Span[], works: [] as Span[], killed: false };
    const open = (spans: Span[], all: Span[]): void => {
      const span = { by: name, from: time.now, to: Infinity };
      if (own.killed) return;
      spans.push(span);
      all.push(span);
    };
    const close = (spans: Span[]): void => spans.splice(0).forEach((span) => void (span.to = time.now));
    const member: Member = {
      name,
      clock,
      link,
      statements: [],
      terminate: () => terminated.abort(),
      kill() {
        own.killed = true;
        link.cut = true;
        close(own.reigns);
        close(own.works);
      },
      working: () => own.works.length > 0,
    };
    this.members.set(name, member);
    const election = contend(
      {
        podName: name,
        election: "demo",
        timing: options.timing ?? timing,
        clock,
        random,
        client,
        behaviour: this.behaviour,
        duty: {
          claim() {
            member.statements.push("claim");
            open(own.reigns, reigns);
          },
          async begin() {
            open(own.works, works);
            await time.sleep(1);
          },
          async end() {
            await time.sleep(1);
            await clock.awake();
            close(own.works);
          },
          disclaim() {
            member.statements.push("disclaim");
            close(own.reigns);
          },
        },
      },
      terminated.signal,
    );
    void election.then(() => member.kill()); // the process exits
    return member;
  }

  /** Who believes to lead now. */
  leaders(): readonly Member[] {
    const now = this.reigns.filter((span) => span.to === Infinity);
    return [...this.members.values()].filter((member) => now.some((span) => span.by === member.name));
  }

  others(than: Member): readonly Member[] {
    return [...this.members.values()].filter((member) => member !== than);
  }

  /** Runs until somebody leads, and `more` milliseconds on; returns the leader. */
  async settle(more = 2500): Promise<Member> {
    await this.time.runUntil(this.time.now + 3 * L + more);
    const leader = this.leaders()[0];
    if (leader === undefined) throw new Error("nobody leads");
    return leader;
  }

  run(ms: number): Promise<void> {
    return this.time.runUntil(this.time.now + ms);
  }
}

/** Milliseconds from `after` on in which spans of two replicas run at once. */
export function overlap(spans: readonly Span[], after = 0, until = Infinity): number {
  let total = 0;
  for (const [index, one] of spans.entries())
    for (const other of spans.slice(index + 1)) {
      if (one.by === other.by) continue;
      const from = Math.max(one.from, other.from, after);
      total += Math.max(0, Math.min(one.to, other.to, until) - from);
    }
  return total;
}
