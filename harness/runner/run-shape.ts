import { z } from "zod";
import { RUN_FORMAT } from "../core/run.ts";

const Verdict = z.enum(["pass", "unknown", "fail"]);
/** JSON has no infinity: run.json says null where a bound stands open. */
const Bound = z.union([z.number(), z.null().transform(() => Infinity)]);
const Count = z.int().min(0);
const Text = z.string();
const Values = z.record(Text, z.array(Bound));

const Witness = z.looseObject({
  summary: Text,
  incarnations: z.array(Text),
  overlap: z.looseObject({ least: Bound, most: Bound }).exactOptional(),
  evidence: z.array(z.looseObject({ at: Bound, text: Text })),
});
const Hazard = Witness.extend({ property: Text, cause: Text });

const Property = z.looseObject({
  name: Text,
  verdict: Verdict,
  level: Text.default("L0"),
  reason: Text.default(""),
  witnesses: z.array(Witness).default([]),
  hazards: z.array(Hazard).default([]),
});

const Trial = z.looseObject({
  // A whole number and nothing else: it is a folder's name.
  index: Count,
  seed: Count,
  verdict: Verdict,
  // Checked by who runs it again: a schedule of an older version is still judged.
  schedule: z.array(z.unknown()),
  properties: z.array(Property),
  notJudged: z.array(z.looseObject({ name: Text, reason: Text })).default([]),
  hazards: z.array(Hazard).default([]),
  measures: Values,
  censored: z.record(Text, z.number()).default({}),
  reason: Text.default(""),
  harnessMs: z.looseObject({ start: z.number(), judge: z.number() }).default({ start: 0, judge: 0 }),
  minimal: z.looseObject({ schedule: z.array(z.unknown()), failed: Count, of: Count }).exactOptional(),
  notShrunk: Text.exactOptional(),
});

const Origin = z.looseObject({ file: Text.min(1).exactOptional(), digest: Text, successor: Text.exactOptional() });

/** run.json as far as a command works with it; what it does not know it keeps. Lists that an older file lacks are empty. */
export const RunShape = z.looseObject({
  format: z.literal(RUN_FORMAT),
  id: Text.default(""),
  scenario: Text.min(1),
  elector: Text.min(1),
  cluster: Text.min(1),
  seed: Count,
  verdict: Verdict,
  reason: Text.default(""),
  trials: z.array(Trial),
  measures: z.record(Text, z.unknown()),
  thresholds: z.array(z.looseObject({ expression: Text })).default([]),
  environment: z.looseObject({ elector: Origin.exactOptional() }),
  replay: Text,
  ended: Text.exactOptional(),
});
