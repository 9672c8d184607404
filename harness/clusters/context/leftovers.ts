import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, HarnessError } from "../../core/errors.ts";
import { openClient } from "../apiserver/client.ts";
import { cordon } from "../apiserver/nodes.ts";
import { findContext } from "./kubeconfig.ts";
import { removeImage } from "./node-images.ts";

/** What a run does to a cluster of somebody else's, noted before it is done; `undone` follows when it is undone. */
export type Deed =
  | { readonly kind: "namespace"; readonly name: string }
  | { readonly kind: "cordon"; readonly name: string; readonly undone?: true }
  /** Loaded into these nodes, containers of this machine. */
  | { readonly kind: "image"; readonly name: string; readonly nodes: readonly string[] };

/** In which cluster: a context of what KUBECONFIG named then. */
export type Place = { readonly context: string; readonly kubeconfig: string };

const ledgerOf = (folder: string): string => join(folder, "context-deeds");

/** The context, of the kubeconfig that counts now. */
export const placeOf = (context: string): Place => ({ context, kubeconfig: process.env["KUBECONFIG"] ?? "" });

/** Notes a deed in a run's state folder. */
export const noteDeed = (folder: string, place: Place, deed: Deed): void =>
  appendFileSync(ledgerOf(folder), `${JSON.stringify({ ...place, ...deed })}\n`);

/** Undoes what a dead harness noted in a state folder; says what. HarnessError when the cluster does not let it. */
export async function undoDeeds(folder: string): Promise<readonly string[]> {
  const undone: string[] = [];
  for (const deed of stillDone(deedsOf(folder)))
    try {
      if (await undo(deed)) undone.push(`${deed.kind} ${deed.name} of ${deed.context}`);
    } catch (cause) {
      throw new HarnessError(`what a run left in ${deed.context} cannot be undone: ${messageOf(cause)}`, {
        cause,
        mend: "run `interregnum clean` again when the cluster answers",
      });
    }
  return undone;
}

async function undo(deed: Deed & Place): Promise<boolean> {
  if (deed.kind === "image") {
    await removeImage(deed.nodes, deed.name);
    return true;
  }
  const { context: name, kubeconfig } = deed;
  const context = await findContext(name, kubeconfig === "" ? {} : { KUBECONFIG: kubeconfig });
  if (context === undefined) return false; // nobody knows the cluster any more
  await using client = openClient(context.url, context.access);
  if (deed.kind === "namespace") return await client.remove({ resource: "namespaces", namespace: "", name: deed.name });
  await cordon(client, deed.name, false);
  return true;
}

/** Without the cordons that were taken back: whoever cordoned those nodes since is not us. Namespaces first: their pods hold images. */
export function stillDone<D extends Deed>(deeds: readonly D[]): readonly D[] {
  const last = new Map(deeds.map((deed) => [`${deed.kind} ${deed.name}`, deed]));
  const order = ["namespace", "cordon", "image"];
  return [...last.values()]
    .filter((deed) => !("undone" in deed))
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function deedsOf(folder: string): readonly (Deed & Place)[] {
  const file = ledgerOf(folder);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Deed & Place];
    } catch {
      return []; // cut while it was written: what it names was not done yet
    }
  });
}
