import { JSON_TYPE } from "../../../harness/wire/body.ts";
import { isJson, type Json } from "../../../harness/wire/schema.ts";
import { raced as kept } from "../masks.ts";
import type { Operation } from "../operation.ts";
import type { Answer, Sent, Side } from "../side.ts";
import { pathOf, targets } from "../targets.ts";
import { written } from "./encode.ts";
import type { Memory } from "./memory.ts";
import type { Outcome } from "./outcome.ts";
import { patchTypes, said } from "./request.ts";

/** Several writers at once who know the same version; who of them wins is nobody's to say. */
export async function race(
  op: Extract<Operation, { verb: "race" }>,
  namespace: string,
  side: Side,
  seen: Memory,
): Promise<Outcome> {
  const target = targets[op.target]!;
  const { apiVersion, kind } = target;
  const path = pathOf(target, namespace, op.name);
  const before = await side.call({ method: "GET", path, accept: JSON_TYPE });
  const shown = before.status === 200 && isJson(before.body) ? before.body : {};
  const metadata = isJson(shown["metadata"]) ? shown["metadata"] : {};
  const bodyOf = (writer: number): Json => ({
    metadata: { annotations: { [op.of === "patch" ? `w${writer}` : "writer"]: "w" } },
  });
  // Who would write what is not there, would make it, or not: chance. It is deleted instead, which all may try.
  const deed = op.of === "update" && before.status !== 200 ? "delete" : op.of;
  const sent = Array.from({ length: op.writers }, (_, writer): Sent => {
    const { accept } = op;
    switch (deed) {
      case "create":
        return {
          method: "POST",
          path: pathOf(target, namespace, ""),
          accept,
          ...written({ apiVersion, kind, metadata: { name: op.name } }, "json"),
        };
      case "update": {
        // New in every race: who writes what the last winner wrote changes nothing, and both would be told that they did.
        const annotations = { writer: `${writer} after ${String(metadata["resourceVersion"])}` };
        return {
          method: "PUT",
          path,
          accept,
          ...written({ ...shown, apiVersion, kind, metadata: { ...metadata, name: op.name, annotations } }, "json"),
        };
      }
      case "patch":
        return { method: "PATCH", path, accept, type: patchTypes.merge, body: JSON.stringify(bodyOf(writer)) };
      case "delete":
        return { method: "DELETE", path, accept };
      default:
        throw deed satisfies never;
    }
  });
  const all = await Promise.all(sent.map((each) => side.call(each)));
  const after = await side.call({ method: "GET", path, accept: JSON_TYPE });
  seen.note(after.body, target.resource);
  return { said: `${op.writers} × ${said(sent[0]!)}`, answers: [before, ...all.map(raced).sort(byText), after] };
}

const byText = (a: Answer, b: Answer): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** What of a racing writer's answer does not depend on who won. */
function raced({ status, type, warnings, body }: Answer): Answer {
  const whole = isJson(body) ? body : {};
  return { status, type, warnings, body: Object.fromEntries(kept.keep.map((name) => [name, whole[name]])) };
}
