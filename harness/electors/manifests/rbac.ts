import type { Manifest, Piece } from "../../core/elector.ts";
import { kindOf } from "./kinds.ts";

const GROUP = "rbac.authorization.k8s.io";

type Rule = { readonly nonResourceURLs?: unknown };
type Binding = Manifest & {
  readonly roleRef?: { readonly kind?: string; readonly name?: string; readonly [field: string]: unknown };
  readonly subjects?: readonly { readonly kind?: string; readonly name?: string; readonly [field: string]: unknown }[];
};

/** A Role may be called as the ClusterRole is; a colon is in no name that somebody else would give it. */
const roleName = (clusterRole: string): string => `clusterrole:${clusterRole}`;

const is = (object: Manifest, kind: string): boolean => kindOf(object) === `${GROUP}/${kind}`;

/**
 * Roles and bindings of the whole cluster as such of one namespace, and every binding of the user's own ClusterRoles as
 * one of what became of them. A rule for URLs that are no resource has no meaning there. Other objects stay as they are.
 */
export function withoutClusterRoles(pieces: readonly Piece[]): readonly Piece[] {
  const own = new Set(
    pieces.filter(({ object }) => is(object, "ClusterRole")).map(({ object }) => object.metadata.name),
  );
  const bound = (binding: Binding): Binding => {
    const { roleRef } = binding;
    if (roleRef?.kind !== "ClusterRole" || !own.has(roleRef.name ?? "")) return binding;
    return { ...binding, roleRef: { ...roleRef, kind: "Role", name: roleName(roleRef.name!) } };
  };
  const local = (object: Manifest): Manifest => {
    const { metadata } = object;
    const renamed = { ...metadata, name: roleName(metadata.name) };
    if (is(object, "ClusterRole")) {
      const { aggregationRule: _, ...role } = object;
      const rules = ((object["rules"] ?? []) as readonly Rule[]).filter((rule) => rule.nonResourceURLs === undefined);
      return { ...role, kind: "Role", metadata: renamed, rules };
    }
    if (is(object, "ClusterRoleBinding")) return bound({ ...object, kind: "RoleBinding", metadata: renamed });
    return is(object, "RoleBinding") ? bound(object) : object;
  };
  return pieces.map((piece) => ({ ...piece, object: local(piece.object) }));
}

/** Whether a binding among them names this ServiceAccount. */
export const bindsAccount = (pieces: readonly Piece[], name: string): boolean =>
  pieces.some(({ object }) =>
    ((object as Binding).subjects ?? []).some((each) => each.kind === "ServiceAccount" && each.name === name),
  );

/** A binding with the accounts that it names being those of one namespace; other objects stay as they are. */
export function boundIn(object: Manifest, namespace: string): Manifest {
  const { subjects } = object as Binding;
  if (!is(object, "RoleBinding") || subjects === undefined) return object;
  return {
    ...object,
    subjects: subjects.map((each) => (each.kind === "ServiceAccount" ? { ...each, namespace } : each)),
  };
}
