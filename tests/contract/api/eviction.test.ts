import { expect, test } from "vitest";
import { rig } from "./rig.ts";

const PODS = "/api/v1/namespaces/default/pods";
const container = { name: "c", image: "i" };

/** A served pod "p" that a node runs, and a way to evict it. */
async function pod() {
  const it = await rig();
  await it.call("POST", PODS, { metadata: { name: "p" }, spec: { nodeName: "n", containers: [container] } });
  const evict = async (body: object, query = "", name = "p") => {
    const { status, body: said, headers } = await it.call("POST", `${PODS}/${name}/eviction${query}`, body);
    return [status, said.message, headers.get("warning")];
  };
  const shown = async () => (await it.call("GET", `${PODS}/p`)).body;
  return { evict, shown, [Symbol.asyncDispose]: () => it[Symbol.asyncDispose]() };
}

const named = { metadata: { name: "p" } };
const DONE = [201, undefined, null];

test("who evicts names the pod, its namespace and an eviction of a version that is known", async () => {
  await using it = await pod();
  const other = [400, "name in URL does not match name in Eviction object", null];
  for (const body of [{}, { metadata: { name: "q" } }]) expect(await it.evict(body)).toEqual(other);
  expect(await it.evict({ metadata: { name: "q", namespace: "elsewhere" } })).toEqual([
    400,
    "the namespace of the provided object does not match the namespace sent on the request",
    null,
  ]);
  expect((await it.evict({ metadata: { name: "q" } }, "", "q"))[1]).toBe('pods "q" not found');
  expect((await it.shown()).metadata["deletionTimestamp"]).toBeUndefined();
  expect(await it.evict({ ...named, kind: "Eviction", apiVersion: "policy/v1beta1" })).toEqual(DONE);
  expect((await it.shown()).metadata["deletionTimestamp"]).toBeDefined();
});

test("its fields are those of an Eviction", async () => {
  await using it = await pod();
  expect((await it.evict({ ...named, deleteOptions: { gracePeriodSeconds: "x" } }))[1]).toBe(
    'Eviction in version "v1" cannot be handled as a Eviction: json: cannot unmarshal string into Go struct field DeleteOptions.deleteOptions.gracePeriodSeconds of type int64',
  );
  const odd = { ...named, deleteOptions: { dryRun: ["All"], nonsense: 1, kind: "Odd" } };
  const warning = 'unknown field "deleteOptions.nonsense"';
  expect(await it.evict(odd)).toEqual([201, undefined, `299 - ${JSON.stringify(warning)}`]);
  expect(await it.evict(odd, "?fieldValidation=Strict")).toEqual([
    400,
    `Eviction in version "v1" cannot be handled as a Eviction: strict decoding error: ${warning}`,
    null,
  ]);
});

test("a dry run does nothing, whoever asks for it, and must not be asked for in two ways", async () => {
  await using it = await pod();
  expect(await it.evict(named, "?dryRun=All")).toEqual(DONE);
  expect(await it.evict({ ...named, deleteOptions: { dryRun: ["All"] } }, "?dryRun=All")).toEqual(DONE);
  expect(await it.evict({ ...named, deleteOptions: { dryRun: ["Some"] } }, "?dryRun=All")).toEqual([
    500,
    "Non-matching dry-run options in request and content: [All] and [Some]",
    null,
  ]);
  expect((await it.evict(named, "?dryRun=Some"))[0]).toBe(422);
  expect((await it.evict({ ...named, deleteOptions: { dryRun: ["Some"] } }))[0]).toBe(422);
  expect((await it.shown()).status.conditions).toBeUndefined();
});

test("preconditions are looked at before anything is noted, the other options after it", async () => {
  await using it = await pod();
  const [status, message] = await it.evict({ ...named, deleteOptions: { preconditions: { uid: "x" } } });
  expect([status, message]).toEqual([
    409,
    expect.stringContaining('on Pod "p": the UID in the precondition (x) does not match'),
  ]);
  expect((await it.shown()).status.conditions).toBeUndefined();
  expect((await it.evict({ ...named, deleteOptions: { propagationPolicy: "Odd" } }))[0]).toBe(422);
  const { metadata, status: noted } = await it.shown();
  expect([noted.conditions[0]?.type, metadata["deletionTimestamp"]]).toEqual(["DisruptionTarget", undefined]);
  const { resourceVersion } = metadata;
  expect(await it.evict({ ...named, deleteOptions: { preconditions: { resourceVersion } } })).toEqual(DONE);
});

test("a pod that ends already is told why as well; once it knows it is not told again", async () => {
  await using it = await pod();
  expect(await it.evict(named)).toEqual(DONE);
  const { resourceVersion } = (await it.shown()).metadata;
  expect(await it.evict(named)).toEqual(DONE);
  expect((await it.shown()).metadata["resourceVersion"]).toBe(resourceVersion);
});
