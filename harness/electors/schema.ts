import { z } from "zod";
import { clientGoProfile, LONGEST_PERIOD, MOST_REPLICAS } from "../core/elector.ts";
import { millis, parseDuration } from "../core/time.ts";

/** What is right for a field, said after what is wrong; by path without list indices. */
export const mends: Readonly<Record<string, string>> = {
  name: "letters, digits, dots, dashes and underscores, at most 63, beginning with a letter or digit",
  command: 'a list of words, such as [./elector, --id, "${POD_NAME}"]',
  build: "a list of words, such as [go, build, -o, elector, .]",
  containers:
    'names of lower-case letters, digits and dashes (not "elector"), each with a list of words or {command, image, entrypoint, args}',
  manifests:
    "a file, a folder, - for standard input, or { from: deploy.yaml, workload: Deployment/manager, container: manager }",
  "manifests.workload": "kind and name, such as Deployment/manager",
  lock: 'such as { kind: Lease, name: "${ELECTION_NAME}" }',
  "lock.kind": "Lease, ConfigMap or Endpoints",
  "lock.beside": "Lease, ConfigMap or Endpoints",
  observe: "stdout, record, {http: {port, path}}, {metrics: {port, path, metric, name}} or {log: {acquired, lost}}",
  ready: "such as { http: { port: 8081, path: /readyz } }",
  timing: "such as { leaseDuration: 15s, renewDeadline: 10s, retryPeriod: 2s }",
  duration: "a duration above 0, at most 1h, such as 15s, 1.5s or 250ms; a plain number is milliseconds",
  port: "a whole number from 1 to 65535",
  env: 'names and texts, such as { LOG_LEVEL: "4" }; put quotes round numbers',
  knownLimits: "scenario: [properties], such as { partition-leader: [at-most-one-leader] }",
  work: "such as { acts: [create pods/binding] }: API calls, each a verb and a resource",
  simulate: "a module beside this file, such as ./simulated.ts",
  bounds: "such as { takeover: { leases: 1, retries: 4.4, replies: 3 } }",
  tunable: "true or false",
  release: "true or false",
  fencing: "true or false",
  replicas: `a whole number from 1 to ${MOST_REPLICAS}`,
  workload: "Deployment or DaemonSet",
  successor: "an elector.yaml, from this file, such as ../new/elector.yaml",
};

const Words = z.array(z.string().min(1)).min(1);

const Duration = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    const parsed = typeof value === "number" ? (value > 0 ? millis(value) : undefined) : parseDuration(value);
    if (parsed !== undefined && parsed <= LONGEST_PERIOD) return parsed;
    const wrong = parsed === undefined ? "is no duration" : "is longer than an hour";
    context.addIssue({ code: "custom", message: `${JSON.stringify(value)} ${wrong}` });
    return z.NEVER;
  })
  .describe(mends["duration"]!);

const Kind = z.enum(["Lease", "ConfigMap", "Endpoints"]);

const Port = z.int().min(1).max(65_535).describe(mends["port"]!);
const Multiple = z.number().min(0);

const bound = (fallback: { leases: number; retries: number; replies: number }) =>
  z
    .strictObject({
      leases: Multiple.default(fallback.leases),
      retries: Multiple.default(fallback.retries),
      replies: Multiple.default(fallback.replies),
    })
    .default(fallback)
    .describe("leases·L + retries·P + replies·δ");

const MetricsPage = z
  .strictObject({
    scheme: z.enum(["http", "https"]).default("http"),
    port: Port,
    path: z.string().startsWith("/").default("/metrics"),
    metric: z
      .string()
      .regex(/^[a-zA-Z_:][\w:]*$/)
      .default("leader_election_master_status"),
    name: z.string().optional(),
  })
  .transform(({ name, ...rest }) => ({ via: "metrics" as const, ...rest, ...(name === undefined ? {} : { name }) }));

type BesideFile = { command?: string[]; image?: string; entrypoint?: string[]; args?: string[] };

/** A list is the command alone. */
const Beside = z.union([
  Words.transform((command): BesideFile => ({ command })),
  z.strictObject({
    command: Words.exactOptional().describe("Argument list of the process."),
    image: z.string().min(1).exactOptional().describe("Of the container; the elector's own unless told."),
    entrypoint: Words.exactOptional().describe("In place of the image's entry point."),
    args: z.array(z.string()).exactOptional().describe("Argument list of the entry point."),
  }),
]);

const Observation = z.union([
  z.literal("stdout").transform(() => ({ via: "stdout" as const })),
  z.literal("record").transform(() => ({ via: "record" as const })),
  z
    .strictObject({ http: z.strictObject({ port: Port, path: z.string().startsWith("/").default("/") }) })
    .transform(({ http }) => ({ via: "http" as const, ...http })),
  z.strictObject({ metrics: MetricsPage }).transform(({ metrics }) => metrics),
  z
    .strictObject({
      log: z.strictObject({ acquired: z.string().min(1), lost: z.string().min(1) }),
      metrics: MetricsPage.optional(),
    })
    .transform(({ log, metrics }) => ({ via: "log" as const, ...log, ...(metrics === undefined ? {} : { metrics }) })),
]);

const Manifests = z.union([
  z
    .string()
    .min(1)
    .transform((from) => ({ from })),
  z.strictObject({
    from: z.string().min(1).describe("A file, a folder, or - for standard input."),
    workload: z
      .string()
      .regex(/^(Deployment|DaemonSet|StatefulSet)\/[a-z0-9][a-z0-9.-]*$/, "this names no workload")
      .exactOptional()
      .describe("The one that elects, where there are several: Deployment/manager."),
    container: z.string().min(1).exactOptional().describe("The container that elects, where there are several."),
  }),
]);

/** elector.yaml; see CONTRACT "Bring your own elector". Unknown fields are errors. */
export const ElectorFile = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "this is no name for an elector")
    .describe("How the elector is called in commands and reports."),
  summary: z.string().default("").describe("One line for `list electors`."),
  source: z.string().min(1).default(".").describe("Folder, from this file, where build and command run."),
  build: Words.optional().describe(
    "Argument list, run once in the source folder; ${BUILD_DIR} is a cache keyed by its content.",
  ),
  requires: z
    .array(z.string().min(1))
    .default([])
    .describe("Programs that must be on PATH; the elector is skipped without them."),
  command: Words.optional().describe("Argument list of one replica; ${POD_NAME} and its like are filled in."),
  containers: z
    .record(
      z.string().regex(/^(?!elector$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "this is no name for another container"),
      Beside,
    )
    .default({})
    .describe(
      "More containers of each replica's pod: name to argument list, or to how it runs as process and as container; filled in like command.",
    ),
  image: z.string().min(1).optional().describe("Container image of one replica."),
  args: z
    .array(z.string())
    .optional()
    .describe("Argument list of the image's entry point; the words of command after its program unless told."),
  context: z
    .string()
    .min(1)
    .optional()
    .describe("Folder, from this file, in which the source folder's Dockerfile is built; that folder unless told."),
  manifests: Manifests.optional().describe(
    "The user's own Kubernetes manifests: a file or folder, from this file, or - for standard input.",
  ),
  simulate: z
    .string()
    .min(1)
    .optional()
    .describe("Module, from this file, by which it lives in process under --cluster simulation."),
  env: z.record(z.string(), z.string()).default({}).describe("More environment for each replica."),
  lock: z
    .strictObject({
      kind: Kind.default("Lease"),
      name: z.string().min(1).default("${ELECTION_NAME}"),
      beside: Kind.exactOptional().describe("Another kind of which it holds an object of that name too."),
    })
    .default({ kind: "Lease", name: "${ELECTION_NAME}" })
    .describe("The object that holds the election record."),
  observe: Observation.default({ via: "stdout" }).describe(
    "Where a replica's own statement of its leadership is read.",
  ),
  ready: z
    .strictObject({ http: z.strictObject({ port: Port, path: z.string().startsWith("/").default("/readyz") }) })
    .optional()
    .describe("Asked each second for whether the pod is ready; without it a pod is ready as soon as its process runs."),
  timing: z
    .strictObject({ leaseDuration: Duration, renewDeadline: Duration.optional(), retryPeriod: Duration })
    .default({ leaseDuration: millis(15_000), renewDeadline: millis(10_000), retryPeriod: millis(2000) })
    .describe("client-go's three timings; without renewDeadline there is no step-down bound."),
  work: z
    .strictObject({
      acts: z
        .array(z.string().regex(/^(create|update|patch|delete) [a-z]+(\/[a-z]+)?$/, mends["work"]!))
        .min(1)
        .describe('Calls through a replica\'s gate that are guarded work, such as "create pods/binding".'),
      setup: z
        .string()
        .min(1)
        .optional()
        .describe("Manifests, from this file, that a trial makes before its replicas."),
      feed: z.string().min(1).optional().describe("Manifest, from this file, of an object made anew over and over."),
    })
    .optional()
    .describe("What an elector that works through the API works upon."),
  tunable: z.boolean().default(false).describe("Takes its timing from the environment."),
  release: z.boolean().default(false).describe("Gives the lease up on SIGTERM."),
  fencing: z.boolean().default(false).describe("Its acts carry fencing tokens that the guarded world checks."),
  replicas: z
    .int()
    .min(1)
    .max(MOST_REPLICAS)
    .default(3)
    .describe("How many replicas a scenario runs unless it says otherwise."),
  bounds: z
    .strictObject({ takeover: bound(clientGoProfile.takeover), afterRelease: bound(clientGoProfile.afterRelease) })
    .default(clientGoProfile)
    .describe("Liveness that it promises; client-go's by default."),
  workload: z
    .enum(["Deployment", "DaemonSet"])
    .default("Deployment")
    .describe(
      "What makes its pods; a DaemonSet has one on each node (three; two on kind), whatever a scenario asks for.",
    ),
  successor: z
    .string()
    .min(1)
    .optional()
    .describe("The elector.yaml, from this file, of what lock-migration rolls to; its lock is the one judged there."),
  knownLimits: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe('scenario, or "*" for every one: properties that upstream admits it breaks.'),
});

export type ElectorFile = z.output<typeof ElectorFile>;
