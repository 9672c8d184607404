/** The election record as an elector in process reads and writes it; "" and 0 where the Lease has none. */
export type SimulatedRecord = {
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly transitions: number;
};

/** How a call ended for the elector. error: nothing is known of the write. */
export type SimulatedAnswer =
  | { readonly kind: "ok"; readonly record: SimulatedRecord; readonly version: string }
  | { readonly kind: "missing" }
  | { readonly kind: "conflict" }
  | { readonly kind: "error"; readonly detail: string };

/** The Lease as one replica reaches it; calls never reject, and end as an error once the signal aborts. */
export type SimulatedClient = {
  get(signal: AbortSignal): Promise<SimulatedAnswer>;
  create(record: SimulatedRecord, signal: AbortSignal): Promise<SimulatedAnswer>;
  /** Without a version: a merge patch that overwrites whatever is there. */
  update(record: SimulatedRecord, version: string | undefined, signal: AbortSignal): Promise<SimulatedAnswer>;
};

export type SimulatedTiming = {
  readonly leaseDuration: number;
  readonly renewDeadline: number;
  readonly retryPeriod: number;
};

/** What an elector in process is given instead of an environment. */
export type SimulatedElection = {
  /** The variables that a process would find: POD_NAME, LEASE_DURATION_MS and so on, but for files and addresses. */
  readonly env: Readonly<Record<string, string>>;
  readonly podName: string;
  readonly election: string;
  readonly timing: SimulatedTiming;
  readonly clock: {
    /** The replica's own monotonic clock, in ms. */
    now(): number;
    /** Its wall clock, in ms since 1970; may be wrong. */
    wall(): number;
    /** Resolves after `ms`, or when the signal aborts; never rejects. */
    sleep(ms: number, signal: AbortSignal): Promise<void>;
    /** Calls back after `ms` unless the returned function was called before. */
    after(ms: number, act: () => void): () => void;
  };
  random(): number;
  readonly client: SimulatedClient;
  readonly duty: {
    claim(token: number): void;
    begin(token: number): Promise<void>;
    end(): Promise<void>;
    disclaim(): void;
  };
  /** Says whom its HTTP endpoint names from now on, asked at each question; "" is nobody. */
  serve(leader: () => string): void;
};

/** An elector that lives in process: contends until the signal aborts (SIGTERM), and exits when its promise settles. */
export type SimulatedElector = (election: SimulatedElection, terminated: AbortSignal) => Promise<void>;

/**
 * The default export of the module that elector.yaml's `simulate` names: makes the elector of its command's words,
 * the program apart. Called once a trial, before virtual time begins; rejects for words that it does not understand.
 */
export type SimulateElector = (words: readonly string[]) => Promise<SimulatedElector>;
