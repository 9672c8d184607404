import { expect, test } from "vitest";
import { aLeaderEmerges, atMostOneLeader, claimBackedByRecord } from "../../../harness/checkers/index.ts";
import { elsewhereOf } from "../../../harness/core/elsewhere.ts";
import type { Property } from "../../../harness/core/property.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { Story } from "../checkers/story.ts";

/** The story with every call of the lock one of another object. */
function moved(
  story: Story,
  object: { readonly object?: string; readonly namespace?: string; readonly resource?: string },
): Story {
  story.events.forEach((event, index) => {
    if (event.type === "invoke") story.events[index] = { ...event, ...object };
  });
  return story;
}

const judged = (property: Property, story: Story) => property.judge(viewOf(story.history()));
const told = (story: Story): string | undefined => elsewhereOf(viewOf(story.history()));

/** Asks for the lease for 20 s, and is refused; nobody ever leads. */
function refused(): Story {
  const story = new Story().starts("a", 0);
  for (let at = 100; at < 20_000; at += 1000) story.calls("a", at, "get", { status: 403 });
  return story.ends(20_000);
}

/** Claims, having written some record that nobody saw. */
const unseen = (): Story =>
  new Story()
    .starts("a", 0)
    .calls("a", 500, "create", { version: "7" })
    .claims("a", 1000)
    .calls("a", 2000, "update")
    .ends(4000);

test("an elector that is refused its lock in another namespace is judged on no evidence, in words", () => {
  const story = moved(refused(), { namespace: "kube-system" });
  const { verdict, reason } = judged(aLeaderEmerges, story);
  expect(verdict).toBe("unknown");
  expect(reason).toBe(
    "no record of the Lease trial/demo was ever seen, which elector.yaml names as the lock: the replicas called kube-system/demo instead and were refused (403); a lock must be in the pods' own namespace, POD_NAMESPACE",
  );
  expect(judged(aLeaderEmerges, refused()).reason).toMatch(/refused 20 of 20 calls of the lock \(403 Forbidden\)$/);
});

test("what leads by another lock than declared is not held against the declared one's record", () => {
  const { verdict, reason } = judged(claimBackedByRecord, moved(unseen(), { object: "other" }));
  expect(verdict).toBe("unknown");
  expect(reason).toMatch(/the replicas called trial\/other instead$/);
});

test("two leaders by two locks are two leaders", () => {
  const story = new Story()
    .starts("a", 0)
    .starts("b", 0)
    .calls("a", 500, "create")
    .claims("a", 1000)
    .calls("b", 1500, "create")
    .claims("b", 2000)
    .ends(6000);
  expect(judged(atMostOneLeader, moved(story, { object: "each-its-own" })).verdict).toBe("fail");
});

test("who leads without any election elects nowhere: the claim is a failure", () => {
  const none = new Story().starts("a", 0).claims("a", 1000).ends(4000);
  expect(told(none)).toBeUndefined();
  const busy = moved(new Story().starts("a", 0).calls("a", 500, "list").claims("a", 1000).ends(4000), {
    resource: "pods",
    object: "",
  });
  expect(told(busy)).toBeUndefined();
  expect(judged(claimBackedByRecord, busy).verdict).toBe("fail");
});

test("a record that was seen, or one call of the lock, says that the election is over the declared lock", () => {
  expect(
    told(moved(new Story().starts("a", 0).leads("a", 1000, 3000).ends(4000), { object: "other" })),
  ).toBeUndefined();
  const both = moved(unseen(), { object: "other" }).calls("a", 3000, "get", { status: 404 });
  expect(told(both)).toBeUndefined();
});
