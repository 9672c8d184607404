import { resources } from "./resources.ts";

/** What an object says that it is, or what an endpoint takes. */
export type GroupKind = { readonly apiVersion: string; readonly kind: string };

export const versionPart = (apiVersion: string): string => apiVersion.slice(apiVersion.lastIndexOf("/") + 1);

/** A group as the real API's own types name it. */
export const internalName = (apiVersion: string): string =>
  apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")).split(".", 1)[0]! : "core";

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
