import type { Verb } from "../core/events.ts";

/** What a request's line says of the API call; `object` is "" for a collection, the path for what is no resource. */
export type Route = {
  readonly verb: Verb;
  /** Plural, with its subresource as `pods/status`; "" for discovery, health and the like. */
  readonly resource: string;
  readonly namespace: string;
  readonly object: string;
  /** Asked not to be persisted (dryRun=All). */
  readonly dry: boolean;
};

const writes: ReadonlySet<Verb> = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Whether the call may change what the API keeps. */
export const isWrite = (route: Route): boolean => writes.has(route.verb);

function decoded(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a malformed escape is the client's business: the API answers it, we only name it
  }
}

const flag = (query: string, name: string): boolean =>
  query.includes(name) && ["true", "1", "t", "T", "TRUE", "True"].includes(new URLSearchParams(query).get(name) ?? "");

function verbOf(method: string, object: string, subresource: string, watching: boolean): Verb {
  switch (method) {
    case "GET":
    case "HEAD":
      if (watching) return "watch";
      return object === "" ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return object === "" && subresource === "" ? "deletecollection" : "delete";
    default:
      return "other";
  }
}

/** Reads `/api/v1/namespaces/d/pods/p/status?…` and `/apis/<group>/<version>/…`; never throws. */
export function routeOf(method: string, target: string): Route {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark + 1);
  const parts = path.split("/").filter((part) => part !== "");
  const rest = parts[0] === "api" ? parts.slice(2) : parts[0] === "apis" ? parts.slice(3) : [];
  const old = rest[0] === "watch"; // the deprecated /api/v1/watch/… form
  if (old) rest.shift();
  const scoped = rest[0] === "namespaces" && rest.length > 2 && !["status", "finalize"].includes(rest[2]!);
  const namespace = scoped ? decoded(rest[1]!) : "";
  const [kind, object = "", ...deeper] = (scoped ? rest.slice(2) : rest).map(decoded);
  if (kind === undefined) return { verb: "other", resource: "", namespace: "", object: path, dry: false };
  const subresource = deeper.join("/");
  return {
    verb: verbOf(method, object, subresource, old || flag(query, "watch")),
    resource: subresource === "" ? kind : `${kind}/${subresource}`,
    namespace,
    object,
    dry: query.includes("dryRun") && new URLSearchParams(query).getAll("dryRun").includes("All"),
  };
}
