import fc from "fast-check";
import { Story } from "../unit/checkers/story.ts";

const [LEASE, RETRY] = [4000, 1000];

/** What a replica does to the record, `wait` ms after the deed before it. */
export type Deed = {
  readonly kind: "renew" | "release" | "take" | "edit" | "recreate";
  /** Which of the replicas takes or recreates it. */
  readonly who: number;
  readonly wait: number;
  readonly late: number;
};

const deed: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constantFrom("renew", "renew", "renew", "release", "take", "edit", "recreate"),
  who: fc.integer({ min: 0, max: 2 }),
  wait: fc.integer({ min: 200, max: 1200 }),
  late: fc.integer({ min: 1, max: 150 }),
});

/** What correct replicas do to a record, in any order, with a harness that edits and deletes it in between. */
export const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(deed, { minLength: 1, maxLength: 25 });

/** A sin against the record, put in the place of the first deed that gives occasion for it. */
export type Sin =
  | "bare-take"
  | "bare-release"
  | "foreign-release"
  | "foreign-renewal"
  | "count-renewal"
  | "miss-take"
  | "new-acquire-time"
  | "time-goes-back"
  | "no-duration";

type Telling = { readonly story: Story; readonly sinned: boolean };

const NAMES = ["a", "b", "c"] as const;

/** Tells the deeds as a correct elector does them, but for `sin`; says whether there was occasion for it. */
export function telling(plan: readonly Deed[], sin?: Sin): Telling {
  const story = new Story();
  for (const name of NAMES) story.starts(name, 0).calls(name, 50, "get").calls(name, 60, "update", { status: 409 });
  let [at, sinned] = [100, false];
  let holder: string | undefined;
  /** Whether the holder wrote the present record itself, so that the next one is a renewal of its own. */
  let own = false;
  const write = (who: string, name: string, late: number, kinds: readonly Sin[] = []) => {
    const now = sin !== undefined && !sinned && kinds.includes(sin) ? sin : undefined;
    sinned ||= now !== undefined;
    story.writes(who, at, name, "update", late, 1, now ? changesOf(now) : {});
  };
  for (const { kind, who, wait, late } of plan) {
    const next = NAMES[who]!;
    if (kind === "take" && holder === next) continue;
    at += wait;
    if (kind === "edit" && holder !== undefined) {
      story.edits(at, "intruder");
      at += LEASE;
      [holder, own] = ["intruder", false];
    } else if (kind === "recreate") {
      story.edits(at);
      [holder, own] = [undefined, false];
    } else if (kind === "take" || holder === undefined || holder === "intruder") {
      if (holder) at += LEASE + RETRY;
      write(next, next, late, own || holder === "" ? ["bare-take", "miss-take", "no-duration"] : ["no-duration"]);
      [holder, own] = [next, true];
    } else if (holder === "") {
      write(next, next, late, ["bare-take", "miss-take", "no-duration"]);
      [holder, own] = [next, true];
    } else if (kind === "release") {
      const other = NAMES.find((name) => name !== holder)!;
      const foreign = sin === "foreign-release" && !sinned;
      write(foreign ? other : holder, "", late, ["bare-release", "foreign-release"]);
      holder = "";
    } else {
      const other = NAMES.find((name) => name !== holder)!;
      const foreign = sin === "foreign-renewal" && !sinned;
      write(foreign ? other : holder, holder, late, RENEWAL_SINS);
    }
  }
  return { story: story.ends(at + 2000), sinned };
}

const RENEWAL_SINS: readonly Sin[] = ["foreign-renewal", "count-renewal", "new-acquire-time", "time-goes-back"];

function changesOf(sin: Sin): Parameters<Story["writes"]>[6] {
  switch (sin) {
    case "bare-take":
    case "bare-release":
      return { precondition: null };
    case "foreign-release":
    case "foreign-renewal":
      return {};
    case "count-renewal":
      return { transitions: 1000 };
    case "miss-take":
      return { transitions: 0 };
    case "new-acquire-time":
      return { acquireTime: "2026-01-01T00:00:00.000000Z" };
    case "time-goes-back":
      return { renewTime: "1969-01-01T00:00:00.000000Z" };
    case "no-duration":
      return { durationSeconds: null };
    default:
      throw sin satisfies never;
  }
}
