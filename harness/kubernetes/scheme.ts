import { resources } from "./resources.ts";

/** What an object says that it is, or what an endpoint takes. */
export type GroupKind = { readonly apiVersion: string; readonly kind: string };

export const versionPart = (apiVersion: string): string => apiVersion.slice(apiVersion.lastIndexOf("/") + 1);

/** A group as the real API's own types name it. */
export const internalName = (apiVersion: string): string =>
  apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")).split(".", 1)[0]! : "core";

/** Versions that the API reads and does not serve, of kinds that are read alike in all of them; by group and kind. */
const former: Readonly<Record<string, readonly string[]>> = {
  "coordination.k8s.io Lease": ["v1beta1"],
  "discovery.k8s.io EndpointSlice": ["v1beta1"],
  "policy Eviction": ["v1beta1"],
};

/** Whether an object that says this is of the expected kind, in this version of it or in a former one. */
export function isOfKind(said: GroupKind, expected: GroupKind): boolean {
  if (said.kind !== expected.kind) return false;
  if (said.apiVersion === expected.apiVersion) return true;
  const [group = ""] = expected.apiVersion.split("/");
  const versions = former[`${group} ${expected.kind}`] ?? [];
  return versions.some((version) => said.apiVersion === `${group}/${version}`);
}

const isServed = ({ apiVersion, kind }: GroupKind): boolean =>
  resources.some((each) => each.apiVersion === apiVersion && (each.kind === kind || `${each.kind}List` === kind));

/** How the API says that it never heard of a kind. */
export const unregistered = ({ apiVersion, kind }: GroupKind): string =>
  `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`;

/** Why an object of another kind is none of the expected one. */
export const notOfKind = (said: GroupKind, expected: GroupKind): string =>
  isServed(said)
    ? `converting (${versionPart(said.apiVersion)}.${said.kind}) to (${internalName(expected.apiVersion)}.${expected.kind}): unknown conversion`
    : unregistered(said);

/** Why an object that says its kind and no version is none of the expected one. */
export function notOfKindInternally(kind: string, expected: GroupKind): string {
  const group = expected.apiVersion.includes("/") ? expected.apiVersion.split("/", 1)[0]! : "";
  if (!isServed({ apiVersion: expected.apiVersion, kind }))
    return `no kind "${kind}" is registered for the internal version of group "${group}" in scheme "pkg/runtime/scheme.go:110"`;
  const own = internalName(expected.apiVersion);
  return `converting (${own}.${kind}) to (${own}.${expected.kind}): unknown conversion`;
}
