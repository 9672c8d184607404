import type { Manifests, Piece } from "../../core/elector.ts";
import { InputError } from "../../core/errors.ts";
import { documentsOf, type Read } from "./documents.ts";
import { nameOf, resourceOf } from "./kinds.ts";
import { notesOf } from "./notes.ts";
import { pickContainer, pickWorkload } from "./pick.ts";
import { PODS, specOf } from "./pods.ts";
import { bindsAccount, withoutClusterRoles } from "./rbac.ts";
import { readTexts, type Text } from "./texts.ts";

/** The field `manifests` of an elector.yaml; `from` is absolute, or "-". */
export type Declared = { readonly from: string; readonly workload?: string; readonly container?: string };

type Where = (field: string) => InputError["where"];

/** Reads an elector's manifests; `where` says where a field of `manifests` stands. InputError for whatever is wrong. */
export const readManifests = async (declared: Declared, where: Where): Promise<Manifests> =>
  manifestsOf(await readTexts(declared.from, where("from")), declared, where);

/** The same of texts that were read; pure. */
export function manifestsOf(texts: readonly Text[], declared: Omit<Declared, "from">, where: Where): Manifests {
  const reads = texts.flatMap(documentsOf);
  const workload = pickWorkload(reads, declared.workload, where);
  const container = pickContainer(workload, declared.container, where);
  const others = reads.filter((read) => read !== workload);
  const objects = withoutClusterRoles(others.map(pieceOf)).filter(({ object }) => resourceOf(object) !== undefined);
  checkNames(objects);
  const account = accountOf(workload, objects);
  return {
    workload: pieceOf(workload),
    container,
    ...(account === undefined ? {} : { account }),
    objects,
    notes: notesOf(workload, others),
  };
}

const pieceOf = ({ object, file, line }: Read): Piece => ({ object, file, line });

/** What stood in several namespaces stands in one. */
function checkNames(objects: readonly Piece[]): void {
  const known = new Map<string, Piece>();
  for (const piece of objects) {
    const { object, file, line } = piece;
    const name = `${resourceOf(object)}/${object.metadata.name}`;
    const before = known.get(name);
    known.set(name, piece);
    if (before !== undefined)
      throw new InputError(
        `there are two of ${nameOf(object)}: the other one in ${before.file}:${before.line}`,
        { file, line, field: "metadata.name" },
        "leave one of them out: in a trial all stand in one namespace",
      );
  }
}

const DEFAULT = "default";

/** The account that its pods name; `default` where they name none and a binding names that. */
function accountOf({ object, file, lineOf }: Read, objects: readonly Piece[]): string | undefined {
  const { serviceAccountName, serviceAccount } = specOf(object).template.spec;
  const named = serviceAccountName ?? serviceAccount;
  if (named === undefined || named === "") return bindsAccount(objects, DEFAULT) ? DEFAULT : undefined;
  const there = ({ object: { kind, metadata } }: Piece): boolean =>
    kind === "ServiceAccount" && metadata.name === named;
  if (named === DEFAULT || objects.some(there)) return named;
  const field = [...PODS, serviceAccountName === undefined ? "serviceAccount" : "serviceAccountName"];
  throw new InputError(
    `${nameOf(object)} runs as the ServiceAccount ${named}, and the manifests hold none of that name`,
    { file, line: lineOf(field), field: field.join(".") },
    "add it and its permissions; or name none, and one that may do what the lock needs is supplied",
  );
}
