import { expect, test } from "vitest";
import {
  aLeaderEmerges,
  atMostOneEffect,
  atMostOneLeader,
  endpointAgreement,
  rejoin,
  stepDown,
} from "../../../harness/checkers/index.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import type { Property } from "../../../harness/core/property.ts";
import { named, opening } from "./stories.ts";
import type { Story } from "./story.ts";

const verdictOf = (story: Story, property: Property = atMostOneLeader) => {
  const { verdict, hazards } = property.judge(viewOf(story.history()));
  return [verdict, hazards.map(({ cause }) => cause)];
};
const gate = (story: Story, from: number, to: number): Story => story.fault("partition", "cut", "a", from, to);
const network = (story: Story, from: number, to: number): Story => story.packets("cut", "a", from, to);

test("a leader whose packets are dropped after its last reply has no more excuse than one whose gate is cut", () => {
  for (const cut of [gate, network]) {
    const story = cut(opening(), 5000, 12_000).leads("b", 9500, 13_000, 2).disclaims("a", 10_700);
    expect(verdictOf(story.ends(14_000))).toEqual(["fail", []]);
  }
});

/** The gate hands a reply over at 5.003 s, while the leader is cut; a leads on until 10.7 s, b from 9.5 s. */
const swallowed = (cut: typeof gate): Story =>
  cut(opening(), 4990, 9000).writes("a", 5000, "a").leads("b", 9500, 13_000, 2).disclaims("a", 10_700).ends(14_000);

test("a reply that the gate handed over while packets were dropped may have come when they passed again", () => {
  expect(verdictOf(swallowed(gate))).toEqual(["fail", []]);
  expect(verdictOf(swallowed(network))).toEqual([
    "pass",
    ["a reply to a#1 that may have come 8.01 s after its commit"],
  ]);
});

test("the next call of the same object shows that the reply before had come", () => {
  const story = network(opening(), 4990, 9000).writes("a", 5000, "a").calls("a", 5400, "get");
  expect(verdictOf(story.leads("b", 9500, 13_000, 2).disclaims("a", 10_700).ends(14_000))).toEqual(["fail", []]);
});

test("a deadline counts from when the reply can have come, and is kept for certain by who stops as if it had come at once", () => {
  const stopping = (cut: typeof gate, at: number) =>
    verdictOf(cut(opening(), 4990, 9000).writes("a", 5000, "a").disclaims("a", at).ends(20_000), stepDown)[0];
  expect([stopping(gate, 7900), stopping(network, 7900)]).toEqual(["pass", "pass"]);
  expect([stopping(gate, 8900), stopping(network, 8900)]).toEqual(["fail", "unknown"]);
});

/** An act of a reaches the witness in the middle of b's work, 200 ms after the heal. */
const lateAct = (cut: typeof gate, at: number): Story =>
  cut(opening().acts("a", 1100, 4900), 5000, 10_000)
    .disclaims("a", 7000)
    .leads("b", 9500, 14_000, 2)
    .acts("b", 9600, 14_000)
    .acts("a", at, at)
    .ends(15_000);

test("work that the network held back was begun before", () => {
  expect(verdictOf(lateAct(gate, 10_200), atMostOneEffect)[0]).toBe("fail");
  expect(verdictOf(lateAct(network, 10_200), atMostOneEffect)[0]).not.toBe("fail");
});

test("connections that were silent may stay so as long again, and a loser has its bound from then on", () => {
  const again = (cut: typeof gate, ends: number) =>
    verdictOf(cut(opening(), 5000, 12_000).disclaims("a", 7000).leads("b", 9500, ends).ends(ends), rejoin)[0];
  expect([again(gate, 21_000), again(network, 21_000)]).toEqual(["fail", "unknown"]);
  expect(again(network, 28_500)).toBe("fail");
});

/** Both are cut off from 5 s to 20 s; a stops at 6.9 s, or is killed at 21 s, and b leads at `next`. */
const bothCut = (cut: "cut" | "packets", next: number, killed?: number): Story => {
  const story = opening();
  for (const replica of ["a", "b"])
    if (cut === "packets") story.packets("cut", replica, 5000, 20_000);
    else story.fault("partition", "cut", replica, 5000, 20_000);
  if (killed === undefined) story.disclaims("a", 6900);
  else story.exits("a", killed, null, "SIGKILL");
  return story.leads("b", next, next + 3000, 2).ends(next + 4000);
};

test("nobody has to lead while connections may still be silent, and somebody a bound after", () => {
  const emerges = (...told: Parameters<typeof bothCut>) => verdictOf(bothCut(...told), aLeaderEmerges)[0];
  expect([emerges("cut", 30_000), emerges("packets", 30_000)]).toEqual(["fail", "pass"]);
  expect(emerges("packets", 44_000)).toBe("fail");
  // The stretch begins when the fault is over already, and what it silenced is not.
  expect([emerges("cut", 33_000, 21_000), emerges("packets", 33_000, 21_000)]).toEqual(["fail", "pass"]);
});

test("an endpoint is not held to a record that silent connections keep from it, and is a bound after", () => {
  const stale = (until: number) => verdictOf(named("a", until).packets("cut", "b", 10_000, 25_000), endpointAgreement);
  expect(verdictOf(named("a", 36_000).fault("partition", "cut", "b", 10_000, 25_000), endpointAgreement)[0]).toBe(
    "fail",
  );
  expect(stale(48_000)[0]).toBe("pass");
  expect(stale(49_500)[0]).toBe("fail");
});
