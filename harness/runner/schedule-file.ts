import { z } from "zod";
import { MOST_REPLICAS } from "../core/elector.ts";
import { fieldText, InputError } from "../core/errors.ts";
import type { Schedule } from "../core/scenario.ts";
import { millis } from "../core/time.ts";
import { recallFault } from "../faults/index.ts";

const Ms = z.number().min(0).transform(millis);
const Share = z.union([z.int().min(0), z.string().regex(/^\d+%$/)]);
const Strategy = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("Recreate") }),
  z.strictObject({
    type: z.literal("RollingUpdate"),
    maxSurge: Share,
    maxUnavailable: Share,
    minReadySeconds: z.number().min(0).exactOptional(),
  }),
]);
const Moment = z.enum(["write", "between-read-and-write", "release", "acquired"]);
const Target = z.union([
  z.enum(["leader", "standby", "any", "all", "subject"]),
  z.strictObject({ replica: z.string().min(1) }),
]);
const Span = z.strictObject({
  unit: z.enum(["lease", "deadline", "retry", "takeover", "ms"]),
  min: z.number(),
  max: z.number(),
});
const Time = z.union([z.number(), Span]).exactOptional();
const Words = z.array(z.string()).exactOptional();
const Count = z.int().min(0).exactOptional();

/** What faults are told; whatever else a fault takes is kept as it is. */
const Parameters = z.looseObject({
  target: Target.exactOptional(),
  before: Time,
  after: Time,
  by: Time,
  verbs: Words,
  resources: Words,
  times: Count,
  to: Count,
  status: z.int().min(100).max(599).exactOptional(),
  how: z.enum(["blackhole", "refuse"]).exactOptional(),
  direction: z.enum(["requests", "replies"]).exactOptional(),
});
const fault = {
  fault: z.string().refine((name) => recallFault(name, {}) !== undefined, "no fault has this name"),
  parameters: Parameters,
};
const When = z.strictObject({ moment: Moment, by: z.strictObject(fault).exactOptional() });
const beside = Ms.exactOptional();

const Start = z.strictObject({
  kind: z.literal("start"),
  replicas: z.int().min(0).max(MOST_REPLICAS),
  strategy: Strategy,
});
const Step = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("settle"), ms: Ms }),
  z.strictObject({ kind: z.literal("rollout"), ms: Ms, to: z.literal("successor").exactOptional(), beside }),
  z.strictObject({
    kind: z.literal("inject"),
    ...fault,
    ms: Ms,
    when: When.exactOptional(),
    until: Moment.exactOptional(),
    beside,
  }),
]);
const Shape = z.tuple([Start], Step);

/** A schedule as run.json holds it, checked; InputError with the file and the field (under `field`) that is wrong. */
export function readSchedule(value: unknown, file: string, field: string): Schedule {
  const read = Shape.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  throw new InputError(
    issue.message,
    { file, field: fieldText([field, ...issue.path]) },
    "a schedule begins with {kind: start, replicas, strategy}; run the scenario again with this version",
  );
}
