import { excuses } from "./excuses.ts";
import { events, masks, raced, shortened, undocumented, type Mask } from "./masks.ts";
import { unasked } from "./unasked.ts";

const kept: Readonly<Record<Mask["keep"], string>> = {
  nothing: "",
  presence: ", but for being there",
  unordered: ", its order",
};

const maskLine = ({ at, keep, seen, targets, why }: Mask): string => {
  const place = at.source.replaceAll("\\/", "/").replaceAll("\\.", ".");
  const where = seen === undefined ? "" : `, in ${seen}`;
  const of = targets === undefined ? "" : ` (${targets.join(", ")})`;
  return `- \`${place}\`${of}${where}${kept[keep]}:\n  ${why}`;
};

/** The lists of docs/differential.md, by the line that each stands below: a unit test holds the page to them. */
export const lists: Readonly<Record<string, string>> = {
  "Not compared (": [...masks.map(maskLine), ...[...events, raced].map(({ what, why }) => `- ${what}:\n  ${why}`)].join(
    "\n",
  ),
  "Shortened before they are compared:": shortened.map(({ why }) => `- ${why}`).join("\n"),
  "Answered otherwise, and known (": excuses.map(({ why }) => `- ${why}`).join("\n"),
  "Of the discovery documents": undocumented.map(({ name, why }) => `- ${name}: ${why}`).join("\n"),
  "Not asked (": unasked.map(({ what, why }) => `- ${what}: ${why}`).join("\n"),
};
