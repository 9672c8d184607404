import { expect, test } from "vitest";
import { noEarlyTakeover } from "../../../harness/checkers/index.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { millis } from "../../../harness/core/time.ts";
import { opening } from "./stories.ts";
import { Story } from "./story.ts";

const judged = (story: Story) => noEarlyTakeover.judge(viewOf(story.history()));
const verdictOf = (story: Story) => judged(story).verdict;

type Watched = { readonly resource?: string; readonly object?: string; readonly namespace?: string };

/** `a`'s last record, version 104, is committed at 3.992 s; `b` reads it at 7.9 s and takes it over at 8.09 s. */
const taking = (start: Story): Story => start.calls("b", 7900, "get", { version: "104" }).leads("b", 8100, 9000);

/** The same, and `b` watches since `at`. */
const watching = (at: number, { resource = "leases", object = "", namespace }: Watched, story = opening()): Story => {
  const call = { type: "invoke", replica: "b", incarnation: 1, call: 900, resource, object } as const;
  return taking(
    story.tell({ ...call, at: millis(at), verb: "watch", ...(namespace === undefined ? {} : { namespace }) }),
  );
};

test("a watch tells of what it is of, and no sooner than it is opened", () => {
  expect(judged(taking(opening()))).toMatchObject({
    verdict: "fail",
    reason: "b#1 took the record over from a 190 ms after it was delivered; the record was good for 4.00 s",
  });
  expect(verdictOf(watching(200, {}))).toBe("pass");
  expect(verdictOf(watching(200, { object: "demo" }))).toBe("pass");
  expect(verdictOf(watching(200, { resource: "pods" }))).toBe("fail");
  expect(verdictOf(watching(200, { object: "other" }))).toBe("fail");
  expect(verdictOf(watching(200, { namespace: "kube-system" }))).toBe("fail");
  expect(verdictOf(watching(4080, {}))).toBe("pass");
  expect(verdictOf(watching(4200, {}))).toBe("fail");
});

test("who holds an object of a second kind may learn of the record by that one", () => {
  const second = (object: string) => {
    const common = { replica: "b", incarnation: 1, call: 901 } as const;
    return opening().tell(
      { ...common, type: "invoke", at: millis(150), verb: "create", resource: "configmaps", object },
      { ...common, type: "ok", at: millis(153), status: 201 },
    );
  };
  expect(verdictOf(watching(200, { resource: "configmaps" }, second("demo")))).toBe("pass");
  expect(verdictOf(watching(200, { resource: "configmaps" }, second("settings")))).toBe("fail");
});

test("who is told a version by a write that changed nothing has not made it", () => {
  const early = () => opening().calls("b", 4000, "get", { version: "104" }).writes("b", 5490, "b");
  expect(verdictOf(early())).toBe("fail");
  expect(verdictOf(early().calls("b", 8200, "patch", { version: "105" }))).toBe("fail");
  const right = () =>
    opening()
      .starts("c", 100)
      .calls("c", 300, "get", { version: "101" })
      .calls("b", 4000, "get", { version: "104" })
      .writes("b", 8490, "b");
  expect(verdictOf(right())).toBe("pass");
  expect(verdictOf(right().calls("c", 8600, "patch", { version: "105" }))).toBe("pass");
});

test("the answer to a write that changed nothing delivers the record as a read does", () => {
  const story = (verb: "get" | "patch") =>
    opening().calls("b", 4000, verb, { version: "104" }).calls("b", 8000, "get", { version: "104" });
  expect(verdictOf(story("get").writes("b", 8490, "b"))).toBe("pass");
  expect(verdictOf(story("patch").writes("b", 8490, "b"))).toBe("pass");
});

test("a process that was started anew has been delivered nothing, though its predecessor was", () => {
  const story = (taken: number, by = 2, started = 7900) =>
    opening()
      .calls("b", 4000, "get", { version: "104" })
      .exits("b", 7000, 1)
      .starts("b", started, 2)
      .calls("b", 8000, "get", { version: "104", incarnation: by })
      .calls("b", 9000, "get", { version: "104", incarnation: 2 })
      .writes("b", taken, "b", "update", undefined, 2);
  expect(verdictOf(story(11_900))).toBe("fail");
  expect(verdictOf(story(12_100))).toBe("pass");
  // The gate may still have put its first call down to the process before.
  expect(verdictOf(story(12_100, 1))).toBe("pass");
  // So it may with what the process before sent last.
  const last = opening().calls("b", 4000, "get", { version: "104" }).exits("b", 8480, 1).starts("b", 8485, 2);
  expect(verdictOf(last.writes("b", 8490, "b", "update", undefined, 2))).toBe("pass");
  const watched = (taken: number) => {
    const call = { replica: "b", call: 900, resource: "leases", object: "", type: "invoke", verb: "watch" } as const;
    return opening()
      .tell({ ...call, at: millis(200), incarnation: 1 })
      .exits("b", 7000, 1)
      .starts("b", 7900, 2)
      .tell({ ...call, at: millis(7950), incarnation: 2, call: 901 })
      .writes("b", taken, "b", "update", undefined, 2);
  };
  expect(verdictOf(watched(11_900))).toBe("fail");
  expect(verdictOf(watched(12_000))).toBe("pass");
});
