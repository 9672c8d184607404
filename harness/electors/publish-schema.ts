import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ElectorFile } from "./schema.ts";

/** elector.schema.json: what an editor needs to complete and check an elector.yaml. */
export function schemaText(): string {
  const schema = z.toJSONSchema(ElectorFile, { io: "input" });
  return `${JSON.stringify({ ...schema, title: "interregnum elector.yaml" }, undefined, 2)}\n`;
}

/** Where it is published: the top of the project. */
export const schemaFile = fileURLToPath(new URL("../../elector.schema.json", import.meta.url));

if (import.meta.main) writeFileSync(schemaFile, schemaText());
