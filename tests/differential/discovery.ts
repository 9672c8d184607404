import { isJson, type Json } from "../../harness/wire/schema.ts";
import { JSON_TYPE } from "../../harness/wire/body.ts";
import { undocumented } from "./masks.ts";
import { targets } from "./targets.ts";
import { differencesOf, type Difference } from "./normal.ts";
import { openEmbeddedSide, openRealSide } from "./side.ts";

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const accepts = [JSON_TYPE, `${AGGREGATED},${JSON_TYPE}`, "*/*"];

const groups = [...new Set(Object.values(targets).map(({ apiVersion }) => apiVersion.split("/")))]
  .filter((parts) => parts.length === 2)
  .map(([group]) => group!);
const paths = [
  "/api",
  "/api/",
  "/apis",
  "/apis/",
  "/api/v1",
  "/api/v2",
  "/apis/nope",
  "/apis/nope/v1",
  "/nope",
  ...[...new Set(groups)].flatMap((group) => ["", "/", "/v1", "/v1/", "/v2"].map((end) => `/apis/${group}${end}`)),
];

const MASKED = new Set(undocumented.map(({ name }) => name));

const nameOf = (value: unknown): unknown =>
  isJson(value) ? (value["name"] ?? value["resource"] ?? value["subresource"] ?? nameOf(value["metadata"])) : undefined;

/** The real document with what the embedded API serves, in the real order; both without what is masked. */
function served(real: unknown, embedded: unknown): unknown {
  if (Array.isArray(real) && Array.isArray(embedded)) {
    const ours = new Map((embedded as unknown[]).map((each) => [nameOf(each), each]));
    return real.filter((each) => ours.has(nameOf(each))).map((each) => served(each, ours.get(nameOf(each))));
  }
  if (!isJson(real)) return real;
  const has = (name: string): boolean => name !== "subresources" || (isJson(embedded) && name in embedded);
  const members = Object.entries(real).filter(([name]) => !MASKED.has(name) && has(name));
  return Object.fromEntries(
    members.map(([name, value]) => [name, served(value, (embedded as Json | undefined)?.[name])]),
  );
}

/** Where the discovery documents of the two APIs, as far as the embedded one serves anything, are not the same. */
export async function discovered(): Promise<readonly (Difference & { readonly asked: string })[]> {
  await using embedded = await openEmbeddedSide();
  await using real = await openRealSide();
  const found: (Difference & { readonly asked: string })[] = [];
  for (const path of paths)
    for (const accept of accepts) {
      const [ours, theirs] = await Promise.all(
        [embedded, real].map((side) => side.call({ method: "GET", path, accept })),
      );
      for (const difference of differencesOf(served(ours, ours), served(theirs, ours)))
        found.push({ asked: `${path} for ${accept}`, ...difference });
    }
  return found;
}
