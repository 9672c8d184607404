import type { Route } from "./route.ts";

type Wording = { readonly reason: string; readonly message: string };

const groups: Readonly<Record<string, string>> = {
  leases: "coordination.k8s.io",
  deployments: "apps",
  replicasets: "apps",
  daemonsets: "apps",
};

/** Reasons and messages as k8s.io/apimachinery's api/errors words them. */
function wordingOf(status: number, route: Route, qualified: string): Wording {
  const named = `${qualified} "${route.object}"`;
  switch (status) {
    case 400:
      return { reason: "BadRequest", message: "the server rejected our request" };
    case 401:
      return { reason: "Unauthorized", message: "Unauthorized" };
    case 403:
      return { reason: "Forbidden", message: `${named} is forbidden: denied by interregnum's gate` };
    case 404:
      return { reason: "NotFound", message: `${named} not found` };
    case 409:
      return route.verb === "create"
        ? { reason: "AlreadyExists", message: `${named} already exists` }
        : {
            reason: "Conflict",
            message: `Operation cannot be fulfilled on ${named}: the object has been modified; please apply your changes to the latest version and try again`,
          };
    case 410:
      return { reason: "Expired", message: "The provided resource version is too old." };
    case 422:
      return { reason: "Invalid", message: `${named} is invalid` };
    case 429:
      return { reason: "TooManyRequests", message: "Too many requests, please try again later." };
    case 500:
      return { reason: "InternalError", message: "Internal error occurred: made by interregnum's gate" };
    case 503:
      return { reason: "ServiceUnavailable", message: "The server is currently unable to handle the request" };
    case 504:
      return { reason: "Timeout", message: "Timeout: request did not complete within the allotted timeout" };
    default:
      return { reason: "Unknown", message: `status ${status}, made by interregnum's gate` };
  }
}

/** The API's own error body for a status: a `v1` Status as JSON. */
export function statusBody(status: number, route: Route, retryAfterSeconds: number | undefined): Buffer {
  const kind = route.resource.split("/", 1)[0]!;
  const group = groups[kind];
  const { reason, message } = wordingOf(status, route, group === undefined ? kind : `${kind}.${group}`);
  const details = {
    ...(route.object === "" ? {} : { name: route.object }),
    ...(group === undefined ? {} : { group }),
    ...(kind === "" ? {} : { kind }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
  const body = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: status < 400 ? "Success" : "Failure",
    message,
    reason,
    details,
    code: status,
  };
  return Buffer.from(JSON.stringify(body));
}
