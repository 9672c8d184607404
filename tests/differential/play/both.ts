import { setTimeout as sleep } from "node:timers/promises";
import { tells } from "../normal.ts";
import type { Operation } from "../operation.ts";
import type { Side, Watching } from "../side.ts";
import type { Outcome } from "./outcome.ts";
import { Player } from "./player.ts";

/** How long a watch of the real API may lag behind (ms), and how often it is looked at. */
const LAG = 5000;
const LOOK = 10;
/** How long an event that should not come is waited for, in ms. */
const GRACE = 25;

/** Plays a sequence on both sides at once; watches are closed once they are level, or have lagged for too long. */
export async function playBoth(
  sides: readonly [Side, Side],
  namespace: string,
  operations: readonly Operation[],
): Promise<readonly [readonly Outcome[], readonly Outcome[]]> {
  const players = sides.map((side) => new Player(side, namespace));
  const outcomes = await Promise.all(
    players.map(async (player) => {
      await player.open();
      const seen: Outcome[] = [];
      for (const op of operations) seen.push(await player.play(op));
      return seen;
    }),
  );
  await untilEqual(players[0]!.watches, players[1]!.watches);
  await Promise.all(players.flatMap((player) => player.watches.map((watch) => watch.close())));
  return outcomes as [Outcome[], Outcome[]];
}

/** Waits until each pair of watches has as many events, or long enough to say that it never will. */
async function untilEqual(a: readonly Watching[], b: readonly Watching[]): Promise<void> {
  if (a.length === 0) return;
  const deadline = performance.now() + LAG;
  const level = (): boolean =>
    a.every((watch, index) => watch.frames.filter(tells).length === b[index]!.frames.filter(tells).length);
  await sleep(GRACE);
  while (!level() && performance.now() < deadline) await sleep(LOOK);
}
