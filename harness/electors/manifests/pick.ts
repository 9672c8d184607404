import { InputError } from "../../core/errors.ts";
import type { Read } from "./documents.ts";
import { kindOf, nameOf } from "./kinds.ts";
import { checkPods, PODS, specOf } from "./pods.ts";

type Where = (field: string) => InputError["where"];

const RUN: ReadonlySet<string> = new Set(["apps/Deployment", "apps/DaemonSet"]);
const WORKLOADS: ReadonlySet<string> = new Set([...RUN, "apps/StatefulSet"]);

/** What kubectl takes where nobody says which container. */
const DEFAULT = "kubectl.kubernetes.io/default-container";

const listed = (reads: readonly Read[]): string =>
  reads.map(({ object, file, line }) => `${nameOf(object)} (${file}:${line})`).join(", ");

/** The one workload that elects; `where` says at which line of the elector.yaml a field of `manifests` stands. */
export function pickWorkload(reads: readonly Read[], wanted: string | undefined, where: Where): Read {
  const all = reads.filter(({ object }) => WORKLOADS.has(kindOf(object)));
  const found = wanted === undefined ? all : all.filter(({ object }) => nameOf(object) === wanted);
  const [first, ...more] = found;
  if (all.length === 0)
    throw new InputError(
      "the manifests hold no Deployment and no DaemonSet",
      where("from"),
      "name those of the workload that elects",
    );
  if (first === undefined)
    throw new InputError(`the manifests hold no ${wanted}`, where("workload"), `name one of ${listed(all)}`);
  if (more.length > 0)
    throw new InputError(
      `the manifests hold ${found.length} workloads: ${listed(found)}`,
      where(wanted === undefined ? "from" : "workload"),
      wanted === undefined
        ? `say which one elects: manifests: { from: …, workload: ${nameOf(first.object)} }`
        : "leave one of them out: in a trial all stand in one namespace",
    );
  checkWorkload(first);
  return first;
}

/** What the harness cannot roll, or could not watch. */
function checkWorkload(read: Read): void {
  const { object, file, lineOf } = read;
  const wrong = (path: readonly string[], message: string, mend: string): never => {
    throw new InputError(`${nameOf(object)}: ${message}`, { file, line: lineOf(path), field: path.join(".") }, mend);
  };
  if (!RUN.has(kindOf(object)))
    wrong(["kind"], "a StatefulSet is not rolled by this version", "run it as a Deployment");
  checkPods(read);
  const { paused, updateStrategy, template } = specOf(object);
  if (paused === true) wrong(["spec", "paused"], "a paused Deployment is rolled by nobody", "leave paused out");
  if (updateStrategy?.type === "OnDelete")
    wrong(
      ["spec", "updateStrategy", "type"],
      "with OnDelete it is rolled by nobody",
      "leave it out, or make it RollingUpdate",
    );
  if (template.spec.shareProcessNamespace === true)
    wrong(
      [...PODS, "shareProcessNamespace"],
      "containers that share their processes cannot be told apart from outside",
      "leave shareProcessNamespace out",
    );
}

/** Its container whose process is the replica: the named one, kubectl's default, or the only one. */
export function pickContainer({ object }: Read, wanted: string | undefined, where: Where): string {
  const { metadata, spec } = specOf(object).template;
  const names = spec.containers.map(({ name }) => name);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new InputError(
      `the pods of ${nameOf(object)} have no container ${wanted}`,
      where("container"),
      `name one of ${names.join(", ")}`,
    );
  }
  const usual = metadata?.annotations?.[DEFAULT];
  if (usual !== undefined && names.includes(usual)) return usual;
  if (names.length === 1) return names[0]!;
  throw new InputError(
    `the pods of ${nameOf(object)} have ${names.length} containers: ${names.join(", ")}`,
    where("from"),
    `say which one elects: manifests: { from: …, container: ${names[0]} }`,
  );
}
