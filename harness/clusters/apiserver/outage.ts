/** The stretches in which the harness itself keeps an API server from answering. */
export type Outage = {
  begin(): void;
  end(): void;
  /** Whether one lasts now. */
  readonly lasts: boolean;
  /** How many there were, the one that lasts included. */
  readonly count: number;
  /** Resolves once none lasts. */
  over(): Promise<void>;
};

/** What nobody knows the outcome of while the server is away is asked again; anything else is told. */
export type Doubtful = (error: unknown) => boolean;

export function openOutage(): Outage {
  let [now, before] = [0, 0];
  let ended = Promise.withResolvers<void>();
  return {
    begin() {
      now += 1;
      before += 1;
    },
    end() {
      now -= 1;
      if (now > 0) return;
      ended.resolve();
      ended = Promise.withResolvers();
    },
    get lasts() {
      return now > 0;
    },
    get count() {
      return before;
    },
    async over() {
      if (now > 0) await ended.promise;
    },
  };
}

/** Does what an outage may cut short, after the one that lasts, and again when one came between and the failure is doubtful. */
export async function outlasting<T>(outage: Outage, doubtful: Doubtful, work: () => Promise<T>): Promise<T> {
  for (;;) {
    await outage.over();
    const { count } = outage;
    try {
      return await work();
    } catch (error) {
      if (outage.count === count && !outage.lasts) throw error;
      if (!doubtful(error)) throw error;
    }
  }
}
