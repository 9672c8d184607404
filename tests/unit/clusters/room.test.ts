import { expect, test } from "vitest";
import type { Trial } from "../../../harness/clusters/home.ts";
import { openRoom } from "../../../harness/clusters/room.ts";

const never = new AbortController().signal;
const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const open = async (): Promise<Trial> => ({ close: async () => {} }) as Trial;

test("trials are beside each other, those that drain one after another, one alone with none", async () => {
  const enter = openRoom();
  const order: string[] = [];
  const come = async (name: string, sharing: "beside" | "drains" | "alone"): Promise<Trial> => {
    const trial = await enter(sharing, open, never);
    order.push(name);
    return trial;
  };
  const first = await come("first", "beside");
  const drains = await come("drains", "drains");
  const [second, alone, last] = [come("drains again", "drains"), come("alone", "alone"), come("last", "beside")];
  await turns();
  expect(order).toEqual(["first", "drains"]);
  await drains.close();
  const again = await second;
  await first.close();
  await turns();
  expect(order).toEqual(["first", "drains", "drains again"]);
  await again.close();
  await (await alone).close();
  await (await last).close();
  expect(order).toEqual(["first", "drains", "drains again", "alone", "last"]);
});

test("one that could not be opened, or was not waited for, bars nobody", async () => {
  const enter = openRoom();
  await expect(enter("alone", () => Promise.reject(new Error("no room")), never)).rejects.toThrow("no room");
  const first = await enter("alone", open, never);
  const abort = new AbortController();
  const waiting = enter("alone", open, abort.signal);
  abort.abort(new Error("Ctrl-C"));
  await expect(waiting).rejects.toThrow("Ctrl-C");
  await first.close();
  await (await enter("alone", open, never)).close();
});
