import { type Engine, LABEL, statusOf } from "./engine.ts";

/** Removes every container and network of the run, by label; which ones. */
export async function removeContainers(engine: Engine, run: string): Promise<readonly string[]> {
  const filters = { label: [`${LABEL}=${run}`] };
  const removed: string[] = [];
  const containers = await engine.listContainers({ all: true, filters });
  for (const { Id, Names } of containers) {
    await unlessGone(engine.getContainer(Id).remove({ force: true, v: true }));
    removed.push(Names[0]?.slice(1) ?? Id);
  }
  for (const { Id, Name } of await engine.listNetworks({ filters })) {
    await unlessGone(engine.getNetwork(Id).remove());
    removed.push(Name);
  }
  return removed;
}

/** 404: it is gone; 409: somebody removes it already. */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 409) throw error;
  }
}
