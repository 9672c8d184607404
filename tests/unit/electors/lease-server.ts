import type { Answer, LeaseClient, LeaseRecord } from "../../../fixtures/electors/reference/lease.ts";
import type { ReplicaClock, VirtualTime } from "./virtual-clock.ts";

export type Commit = { readonly at: number; readonly by: string; readonly record: LeaseRecord };
export type Call = { readonly at: number; readonly by: string; readonly verb: "get" | "create" | "update" };
const MISSING: Answer = { kind: "missing" };
const CONFLICT: Answer = { kind: "conflict" };

/** One Lease with optimistic concurrency, reached with latency through a link for each replica. */
export class LeaseServer {
  lease: { record: LeaseRecord; version: number } | undefined;
  readonly commits: Commit[] = [];
  readonly calls: Call[] = [];
  private version = 0;
  private readonly time: VirtualTime;

  constructor(time: VirtualTime) {
    this.time = time;
  }

  private read = (): Answer =>
    this.lease === undefined ? MISSING : { kind: "ok", record: this.lease.record, version: String(this.lease.version) };

  private commit(by: string, record: LeaseRecord): Answer {
    this.lease = { record, version: ++this.version };
    this.commits.push({ at: this.time.now, by, record });
    return this.read();
  }

  /** The link of one replica. cut: silence until the caller gives up. failing: an error at once. losing: commits unanswered. */
  link(by: string, clock: ReplicaClock, latency: () => number) {
    const state = { cut: false, failing: 0, losing: 0 };
    const call = async (verb: Call["verb"], act: () => Answer, signal: AbortSignal): Promise<Answer> => {
      await clock.awake();
      this.calls.push({ at: this.time.now, by, verb });
      const failed: Answer = { kind: "error", detail: "not answered" };
      await this.time.sleep(latency(), signal);
      if (state.cut) await this.time.sleep(Infinity, signal);
      if (signal.aborted) return failed;
      if (state.failing-- > 0) return failed;
      const answer = act();
      await this.time.sleep(latency(), signal);
      if (state.cut) await this.time.sleep(Infinity, signal);
      await clock.awake();
      if (verb !== "get" && state.losing-- > 0) return failed;
      return signal.aborted ? failed : answer;
    };
    const client: LeaseClient = {
      get: (signal) => call("get", this.read, signal),
      create: (record, signal) =>
        call("create", () => (this.lease === undefined ? this.commit(by, record) : CONFLICT), signal),
      update: (record, version, signal) =>
        call(
          "update",
          () => {
            if (this.lease === undefined) return MISSING;
            const stale = version !== undefined && version !== String(this.lease.version);
            return stale ? CONFLICT : this.commit(by, record);
          },
          signal,
        ),
    };
    return { state, client };
  }
}
