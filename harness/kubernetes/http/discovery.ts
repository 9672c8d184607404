import { resources, verbsOf, type Resource } from "../resources.ts";
import type { Subresource } from "./route.ts";

type Group = { readonly name: string; readonly version: string; readonly members: readonly Resource[] };

/** The groups in the order in which the real API tells of them. */
const GROUPS = ["", "apps", "events.k8s.io", "coordination.k8s.io", "discovery.k8s.io"];

const groups: readonly Group[] = GROUPS.map((name) => ({
  name,
  version: "v1",
  members: resources.filter((each) => each.group === name).sort((a, b) => (a.name < b.name ? -1 : 1)),
}));
const named = groups.filter((each) => each.name !== "");

const subresourceKinds = (resource: Resource, name: Subresource) =>
  name === "scale"
    ? { group: "autoscaling", version: "v1", kind: "Scale", verbs: ["get", "patch", "update"] }
    : name === "eviction"
      ? { group: "policy", version: "v1", kind: "Eviction", verbs: ["create"] }
      : { group: resource.group, version: resource.version, kind: resource.kind, verbs: ["get", "patch", "update"] };

const versionOf = ({ name, version }: Group) => ({ groupVersion: `${name}/${version}`, version });
const apiGroup = (group: Group) => ({
  name: group.name,
  versions: [versionOf(group)],
  preferredVersion: versionOf(group),
});

function resourceList(group: Group) {
  const listed = group.members.flatMap((resource) => [
    {
      name: resource.name,
      singularName: resource.singular,
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: verbsOf(resource),
      ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
      ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    },
    ...resource.subresources.toSorted().map((sub) => {
      const { kind, verbs, ...place } = subresourceKinds(resource, sub);
      const own = place.group === resource.group;
      return {
        name: `${resource.name}/${sub}`,
        singularName: "",
        namespaced: resource.namespaced,
        ...(own ? {} : place),
        kind,
        verbs,
      };
    }),
  ]);
  const groupVersion = group.name === "" ? group.version : `${group.name}/${group.version}`;
  // The core group's list says no version of its own.
  const version = group.name === "" ? {} : { apiVersion: "v1" };
  return { kind: "APIResourceList", ...version, groupVersion, resources: listed };
}

/** A kind of the list's own group and version says neither. */
const responseKind = (kind: string, group = "", version = "") => ({ group, version, kind });

const aggregatedResource = (resource: Resource) => ({
  resource: resource.name,
  responseKind: responseKind(resource.kind),
  scope: resource.namespaced ? "Namespaced" : "Cluster",
  singularResource: resource.singular,
  verbs: verbsOf(resource),
  ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
  ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
  ...(resource.subresources.length === 0
    ? {}
    : {
        subresources: resource.subresources.toSorted().map((sub) => {
          const { group, version, kind, verbs } = subresourceKinds(resource, sub);
          const own = group === resource.group;
          const shown = own ? responseKind(kind) : responseKind(kind, group, version);
          return { subresource: sub, responseKind: shown, verbs };
        }),
      }),
});

const aggregated = (some: readonly Group[]) => ({
  kind: "APIGroupDiscoveryList",
  apiVersion: "apidiscovery.k8s.io/v2",
  metadata: {},
  items: some.map((group) => ({
    metadata: group.name === "" ? {} : { name: group.name },
    versions: [{ version: group.version, resources: group.members.map(aggregatedResource), freshness: "Current" }],
  })),
});

const VERSION = {
  major: "1",
  minor: "34",
  gitVersion: "v1.34.0-interregnum",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "",
};

export const AGGREGATED_TYPE = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** What the API serves, by path: a JSON document, a text, or nothing. `aggregate`: the client reads discovery v2. */
export function discovery(
  path: string,
  aggregate: boolean,
): { readonly json: object; readonly aggregated: boolean } | { readonly text: string } | undefined {
  switch (path) {
    case "/healthz":
    case "/livez":
    case "/readyz":
      return { text: "ok" };
    case "/version":
      return { json: VERSION, aggregated: false };
    case "/api":
      if (aggregate) return { json: aggregated(groups.filter((each) => each.name === "")), aggregated: true };
      return { json: { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] }, aggregated: false };
    case "/apis":
      if (aggregate) return { json: aggregated(named), aggregated: true };
      return { json: { kind: "APIGroupList", apiVersion: "v1", groups: named.map(apiGroup) }, aggregated: false };
    default:
  }
  for (const group of groups) {
    const root = group.name === "" ? "/api" : `/apis/${group.name}`;
    if (path === `${root}/${group.version}`) return { json: resourceList(group), aggregated: false };
    if (path === root && group.name !== "")
      return { json: { kind: "APIGroup", apiVersion: "v1", ...apiGroup(group) }, aggregated: false };
  }
  return undefined;
}

/** Whether a path that is not served is below something that is: it is refused as an object is, others as a page. */
export const isBelowServed = (path: string): boolean =>
  path.startsWith("/api/") || named.some(({ name }) => path.startsWith(`/apis/${name}/`));

/** Whether the Accept header takes aggregated discovery, version 2. */
export const wantsAggregated = (accept: string | undefined): boolean =>
  (accept ?? "")
    .split(",")
    .some(
      (each) => each.includes("g=apidiscovery.k8s.io") && /v=v2(;|$)/.test(each.trim()) && !each.includes("protobuf"),
    );
