import { readFile } from "node:fs/promises";
import { assert } from "../core/errors.ts";

/** The page's modules, each after those that it uses. */
const modules = [
  "format",
  "scale",
  "layout",
  "draw-lane",
  "draw-record",
  "draw-labels",
  "draw",
  "hit",
  "timeline",
  "main",
] as const;
/** Those that touch the document are plain JavaScript; the pure ones are TypeScript, and JavaScript once packed. */
const plain: ReadonlySet<string> = new Set(["timeline", "main"]);

const folder = new URL("./page/", import.meta.url);

/** A file of the page's folder. */
export const pageFile = (name: string): Promise<string> => readFile(new URL(name, folder), "utf8");

async function moduleText(name: string): Promise<string> {
  if (plain.has(name) || !import.meta.url.endsWith(".ts")) return pageFile(`${name}.js`);
  const { stripTypeScriptTypes } = await import("node:module");
  const text = await pageFile(`${name}.ts`);
  // Node warns once that the function is experimental; it is the same stripping that runs this very file, and a
  // user can do nothing about it. The call is synchronous, so no other warning can be lost.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Imports and exports go, because all modules share the one script; so no two may use the same name at the top. */
const joined = (text: string): string =>
  text
    .replace(/^import [^;]*;$/gm, "")
    .replace(/^export \{[^}]*\};?$/gm, "")
    .replace(/^export (?=(async )?(const|let|function|class) )/gm, "")
    .replace(/^\/\/# sourceMappingURL=.*$/gm, "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n");

/** The page's whole script, ready to stand in a script element. */
export async function pageScript(): Promise<string> {
  const texts = await Promise.all(modules.map(moduleText));
  const script = texts.map(joined).join("\n");
  assert(!/<\/script|<!--/i.test(script), "the page's script would end its own element");
  return script;
}

/** The page's style sheets as one. */
export async function pageStyle(): Promise<string> {
  return (await Promise.all(["theme.css", "page.css", "timeline.css", "findings.css"].map(pageFile))).join("\n");
}
