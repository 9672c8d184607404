import fc from "fast-check";
import { expect, test } from "vitest";
import { drawTimeline } from "../../../harness/report/page/draw.ts";
import { tell } from "../../../harness/report/page/hit.ts";
import { layoutOf, stack } from "../../../harness/report/page/layout.ts";
import {
  framed,
  linearScale,
  lowerBound,
  ticks,
  within,
  zoomed,
  type Shown,
} from "../../../harness/report/page/scale.ts";
import { millis } from "../../../harness/core/time.ts";
import { pageTrial } from "../../../harness/report/page-data.ts";
import type { PageTrial } from "../../../harness/report/page-types.ts";
import { hostile } from "./hostile.ts";
import { syntheticTrial, syntheticView, type Wish } from "./synthetic.ts";
import { wellFormed } from "./well-formed.ts";

const trialOf = (wish: Wish): PageTrial => pageTrial(syntheticTrial(wish), syntheticView(wish));

function drawn(wish: Wish, shown?: Shown): string {
  const trial = trialOf(wish);
  const layout = layoutOf(trial, 1200);
  return drawTimeline(trial, layout, linearScale(shown ?? { from: 0, to: trial.end }, layout.left, layout.right));
}

const windows = fc
  .tuple(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.double({ min: 0.001, max: 1e7, noNaN: true }))
  .map(([from, size]) => ({ from, to: from + size }));

test("ticks lie in the window, in order, in a readable number, and differ as text", () => {
  fc.assert(
    fc.property(
      windows.filter((shown) => shown.to - shown.from >= 1),
      fc.integer({ min: 2, max: 20 }),
      (shown, count) => {
        const { at, decimals } = ticks(shown, count);
        expect(at.length).toBeLessThanOrEqual(count + 1);
        expect(at.every((tick) => tick >= shown.from - 1e-6 && tick <= shown.to + 1e-6)).toBe(true);
        expect(new Set(at.map((tick) => (tick / 1000).toFixed(decimals))).size).toBe(at.length);
      },
    ),
  );
});

test("a window stays in the trial however it is moved and zoomed, and zooming holds what is under the pointer", () => {
  fc.assert(
    fc.property(
      windows,
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 10, max: 1e6, noNaN: true }),
      (shown, factor, end) => {
        const inside = within(shown, end);
        const next = zoomed(inside, factor, inside.from, end);
        for (const window of [inside, next]) {
          expect(window.from).toBeGreaterThanOrEqual(-1e-9);
          expect(window.to).toBeLessThanOrEqual(end + 1e-6);
          expect(window.to).toBeGreaterThan(window.from);
        }
      },
    ),
  );
  const after = zoomed({ from: 2000, to: 4000 }, 0.5, 3500, 9000);
  expect(linearScale(after, 0, 100).x(3500)).toBeCloseTo(75);
});

test("a frame holds what it is put around, with room beside it", () => {
  expect(framed(4000, 4400, 1500, 9000)).toEqual({ from: 2800, to: 5600 });
  const narrow = framed(4000, 4000.5, 15_000, 60_000);
  expect(narrow.to - narrow.from).toBeLessThan(200);
});

test("the first item at or after an instant", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 0, max: 50 }), (values, at) => {
      const sorted = values.toSorted((a, b) => a - b);
      const found = sorted.findIndex((value) => value >= at);
      expect(lowerBound(sorted, at, (value) => value)).toBe(found < 0 ? sorted.length : found);
    }),
  );
});

test("labels never cover one another within a row", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(900), fc.nat(200)), { maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      (pairs, rows) => {
        const stretches = pairs.map(([x, width]) => ({ x, right: x + width })).toSorted((a, b) => a.x - b.x);
        const placed = stack(stretches, rows);
        for (let row = 0; row < rows; row += 1) {
          const mine = stretches.filter((_, index) => placed[index] === row);
          for (const [index, stretch] of mine.entries())
            if (index > 0) expect(stretch.x).toBeGreaterThanOrEqual(mine[index - 1]!.right);
        }
      },
    ),
  );
});

test("an overlap is framed from lane to lane and labelled [least, most]", () => {
  const svg = drawn({ kind: "fail" });
  expect(svg).toContain("both led [2239, 2269] ms");
  expect(svg).toMatch(
    /<rect x="[\d.]+" y="[\d.]+" width="[\d.]+" height="[\d.]+" class="finding violation overlap" data-finding="0"\/>/,
  );
  expect(drawn({ kind: "hazard" })).toContain("hazard: both led [419, 449] ms");
  expect(drawn({ kind: "pass" })).not.toContain("finding ");
});

test("a timeline is well-formed, whatever the names in it", () => {
  for (const kind of ["pass", "fail", "hazard", "unknown"] as const) {
    expect(() => wellFormed(`<svg>${drawn({ kind })}</svg>`)).not.toThrow();
    expect(() => wellFormed(`<svg>${drawn({ kind, words: hostile })}</svg>`)).not.toThrow();
  }
});

test("50,000 calls make no more marks than pixels, and none outside the window", () => {
  const few = drawn({ kind: "fail" }).length;
  const many = drawn({ kind: "fail", calls: 50_000 });
  expect(many.length - few).toBeLessThan(3 * 4 * 1200 * 12);
  const calls = [
    ...drawn({ kind: "fail", calls: 50_000 }, { from: 4000, to: 4100 }).matchAll(/class="call \w+" d="([^"]*)"/g),
  ];
  const xs = calls.flatMap((match) => [...match[1]!.matchAll(/M([\d.]+) /g)].map((move) => Number(move[1])));
  expect(xs.length).toBeGreaterThan(100);
  expect(xs.every((x) => x >= 171 && x <= 1189)).toBe(true);
});

test("what is pointed at is told exactly", () => {
  const trial = trialOf({ kind: "fail" });
  const layout = layoutOf(trial, 1200);
  const scale = linearScale({ from: 0, to: trial.end }, layout.left, layout.right);
  const lane = layout.lanes[0]!;
  const onBelief = tell(trial, layout, scale, scale.x(1000), lane.belief.y + 4);
  expect(onBelief?.[0]).toBe("demo-6d4f9-x2k7p#1 leads");
  expect(onBelief?.[1]).toBe("starts in [0.4121 s, 0.4189 s]");
  const onCall = tell(trial, layout, scale, scale.x(2620), lane.calls.y + 4);
  expect(onCall?.slice(0, 2)).toEqual(["update leases/demo", "info: the client cannot know"]);
  expect(onCall?.at(-1)).toBe("disturbed by partition");
  expect(tell(trial, layout, scale, scale.x(3000), layout.faults.y + 4)?.[0]).toBe("partition on demo-6d4f9-x2k7p");
  expect(tell(trial, layout, scale, scale.x(1000), layout.records[0]!.y + 4)?.[0]).toBe("held by demo-6d4f9-x2k7p");
  expect(tell(trial, layout, scale, 3, lane.belief.y + 4)).toBeUndefined();
});

test("who did what, and what Events said, is drawn and told", () => {
  const view = syntheticView({ kind: "pass" });
  const [act] = view.acts;
  // Its holder's name is not its own: its gate knows whose it is.
  const own = view.calls.find(({ invoke }) => invoke.verb !== "get" && invoke.replica === act!.replica)!;
  const named = { ...own, invoke: { ...own.invoke, record: { ...view.records[0]!.record!, holder: "vm_1" } } };
  const notice = { type: "notice", at: millis(act!.at), says: "leads", identity: "vm_1", api: "v1" } as const;
  const what = "create pods/binding work-7";
  const seen = { ...view, acts: [{ ...act!, what }], calls: [named], notices: [notice] };
  const trial = pageTrial(syntheticTrial({ kind: "pass" }), seen);
  const layout = layoutOf(trial, 1200);
  const scale = linearScale({ from: 0, to: trial.end }, layout.left, layout.right);
  const svg = drawTimeline(trial, layout, scale);
  expect(() => wellFormed(`<svg>${svg}</svg>`)).not.toThrow();
  expect(svg).toContain(">work-7</text>");
  expect(svg).toContain('class="notice"');
  const lane = layout.lanes.find(({ replica }) => replica.acts.length > 0)!;
  expect(tell(trial, layout, scale, scale.x(act!.at), lane.acts.y + 2)).toContain(what);
  expect(tell(trial, layout, scale, scale.x(notice.at), layout.notices.y + 2)![0]).toBe("vm_1 became leader");
  expect(trial.notices[0]!.replica).toBe(trial.replicas.indexOf(lane.replica));
});
