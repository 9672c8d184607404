import { expect, test } from "vitest";
import { coreOf, hullOf } from "../../../harness/core/tenure.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { Story } from "../checkers/story.ts";

/** Each tenure as [core from, core to, hull from, hull to, ending]. */
const read = (story: Story) =>
  viewOf(story.history()).tenures.map((tenure) => {
    const [core, hull] = [coreOf(tenure), hullOf(tenure)];
    return [core.from, core.to, hull.from, hull.to, tenure.ending];
  });
const born = () => new Story().starts("a", 0);
const polled = () => new Story({ elector: { observe: "http" } }).starts("a", 0);

test("a claim and its disclaim bound a tenure", () => {
  expect(read(born().claims("a", 1000).disclaims("a", 3000).ends(5000))).toEqual([[1000, 2998, 998, 3000, "disclaim"]]);
});

test("a claim never precedes the start of its process", () => {
  expect(read(new Story().starts("a", 999).claims("a", 1000).ends(2000))[0]![2]).toBe(999);
});

test("an exit ends a tenure; a second process begins anew", () => {
  const story = born()
    .claims("a", 1000)
    .exits("a", 2000)
    .starts("a", 2100, 2)
    .claims("a", 3000, undefined, 2)
    .ends(5000);
  expect(read(story)).toEqual([
    [1000, 1998, 998, 2000, "exit"],
    [3000, 4998, 2998, 5000, "open"],
  ]);
});

test("what is open at the end is certain only for as long as everything had been read", () => {
  const story = born()
    .claims("a", 1000)
    .tell({ type: "end", since: 4900 as never, at: 5000 as never, reason: "complete" });
  expect(read(story)).toEqual([[1000, 4900, 998, 5000, "open"]]);
  expect(read(born().claims("a", 1000))[0]![4]).toBe("open");
});

test("a gap after a claim ends what is certain at the gap's start", () => {
  expect(read(born().claims("a", 1000).gap("a", 2000, 3000).disclaims("a", 4000).ends(5000))).toEqual([
    [1000, 2000, 998, 4000, "disclaim"],
  ]);
  expect(read(born().claims("a", 1000).gap("a", 2000, 3000).ends(5000))).toEqual([[1000, 2000, 998, 5000, "gap"]]);
  expect(read(born().claims("a", 1000).gap("a", 2000, 3000).claims("a", 4000).ends(5000))).toEqual([
    [1000, 2000, 998, 3000, "gap"],
    [4000, 4998, 3998, 5000, "open"],
  ]);
});

test("a gap before a claim was read shortens nothing that came after it", () => {
  expect(read(born().gap("a", 500, 999).claims("a", 1000).disclaims("a", 3000).ends(5000)).at(-1)).toEqual([
    1000,
    2998,
    998,
    3000,
    "disclaim",
  ]);
});

test("a gap of a standby may hide a tenure, of which nothing is certain", () => {
  const [tenure] = viewOf(born().gap("a", 2000, 3000).ends(5000).history()).tenures;
  expect(tenure).toMatchObject({ possible: true, start: { since: 2000, at: 5000 }, end: { since: 2000, at: 5000 } });
  expect(read(born().gap("a", 2000, 3000).disclaims("a", 3500).ends(5000))).toEqual([[3500, 2000, 2000, 3500, "gap"]]);
});

test("statements that no tenure explains are kept apart", () => {
  const story = born()
    .disclaims("a", 500)
    .claims("a", 1000)
    .claims("a", 1500)
    .disclaims("a", 2000)
    .disclaims("a", 2500);
  expect(viewOf(story.ends(3000).history()).unpaired.map(({ kind, at }) => [kind, at])).toEqual([
    ["disclaim", 500],
    ["claim", 1500],
    ["disclaim", 2500],
  ]);
});

test("the same term in two answers means belief between them; the hull reaches to the contrary answers", () => {
  const story = polled().answers("a", 900, false).answers("a", 1000, true, 7).answers("a", 2000, true, 7);
  expect(read(story.answers("a", 2100, false).ends(5000))).toEqual([[1002, 2000, 900, 2102, "disclaim"]]);
});

test("another term is a contrary answer", () => {
  const story = polled()
    .answers("a", 1000, true, 7)
    .answers("a", 2000, true, 8)
    .answers("a", 3000, true, 8)
    .exits("a", 4000);
  expect(read(story.ends(5000))).toEqual([
    [1002, 1000, 0, 2002, "disclaim"],
    [2002, 3000, 1000, 4000, "exit"],
  ]);
});

test("un-numbered answers prove only their own instants", () => {
  const story = polled().answers("a", 900, false).answers("a", 1000, true).answers("a", 2000, true);
  expect(read(story.answers("a", 2100, false).ends(5000))).toEqual([[1002, 1000, 900, 2102, "disclaim"]]);
});

test("what came after the end event is no part of the observation", () => {
  expect(read(born().ends(1000).claims("a", 2000))).toEqual([]);
});

test("of a claim that was read from a log nothing is certain after SIGTERM", () => {
  const story = (source: "log" | "stdout") =>
    born()
      .tell({ type: "claim", replica: "a", incarnation: 1, since: 998 as never, at: 1000 as never, source })
      .terminates("a", 2000)
      .exits("a", 3000)
      .ends(5000);
  expect(read(story("stdout"))).toEqual([[1000, 2998, 998, 3000, "exit"]]);
  expect(read(story("log"))).toEqual([[1000, 2000, 998, 3000, "exit"]]);
});
