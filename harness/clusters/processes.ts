import { join } from "node:path";
import { cacheFolder } from "../electors/build-folder.ts";
import { addressesOf } from "./addresses.ts";
import type { HomeOptions } from "./home.ts";
import { endsWell } from "./exec-probe.ts";
import { launchOf } from "./launch.ts";
import { start } from "./process.ts";
import type { Runtime } from "./runtime.ts";
import { removeAccess, writeAccess } from "./service-account.ts";
import { openSpawner } from "./spawner.ts";

/** Halves what the start of an elector in TypeScript takes of the processor (0.19 s to 0.10 s). */
const compileCache = (): Record<string, string> => ({ NODE_COMPILE_CACHE: join(cacheFolder(), "node") });

/** Runs containers as processes of this machine, each in a group of its own, on addresses of loopback. */
export async function openProcesses(home: Pick<HomeOptions, "run" | "folder" | "ledger">): Promise<Runtime> {
  const spawner = await openSpawner(home);
  return {
    host: "127.0.0.1",
    ours: process.env,
    address: addressesOf(home.run),
    equip: (replica, credentials) => ({ ...writeAccess(home.folder, replica, credentials), env: compileCache() }),
    strip: (replica) => removeAccess(home.folder, replica),
    launch: launchOf,
    start: (options) => start({ ...options, spawner }),
    endsWell: (command, signal) => endsWell({ ...command, spawner }, signal),
    failure: () => spawner.failure(),
    [Symbol.asyncDispose]: () => spawner[Symbol.asyncDispose](),
  };
}
