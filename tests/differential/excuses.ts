import type { Found } from "./compare.ts";
import { WORKLOADS } from "./masks.ts";

/** A difference in an answer that is known, and after which both sides hold the same objects. */
export type Excuse = { readonly why: string; explains(found: Found): boolean };

type Refused = { readonly status: number; readonly body?: { readonly message?: string } };
const statuses = ({ normals }: Found): readonly number[] =>
  normals.flatMap((normal) => normal.answers.map((answer) => (answer as Refused).status));
const messages = ({ normals }: Found): readonly string[] =>
  normals.flatMap((normal) => normal.answers.map((answer) => String((answer as Refused).body?.message)));
const both = (found: Found, status: number): boolean => statuses(found).every((each) => each === status);

type Racer = { readonly status: number };
/** What of a race of deletes is nobody's chance: what was there before and after, and that somebody was told of it. */
const deletedOnce = ({ operation, normals: [ours, theirs] }: Found): boolean => {
  const [before, after] = [ours.answers[0], ours.answers.at(-1)].map((answer) => JSON.stringify(answer));
  const told = [ours, theirs].map(({ answers }) => answers.slice(1, -1).map((answer) => (answer as Racer).status));
  return (
    operation.verb === "race" &&
    JSON.stringify(theirs.answers[0]) === before &&
    JSON.stringify(theirs.answers.at(-1)) === after &&
    told.every((each) => each.includes(200) && each.every((status) => status === 200 || status === 404))
  );
};

/** The same statuses on both sides, answer by answer. */
const alike = ({ normals }: Found): boolean => {
  const [ours, theirs] = normals.map((normal) => normal.answers.map((answer) => (answer as Refused).status).join());
  return ours === theirs;
};

export const excuses: readonly Excuse[] = [
  {
    why: "of several values of a wrong type in one body, which one is told of depends on the order of the decoder",
    explains: (found) =>
      (both(found, 400) && messages(found).every((text) => /cannot be handled as|cannot unmarshal/.test(text))) ||
      (both(found, 422) &&
        messages(found).every((text) => /json: cannot unmarshal|: parsing time|illegal base64/.test(text))),
  },
  {
    why: "of several values of a wrong type in an applied configuration the embedded API tells the first",
    explains: (found) =>
      both(found, 500) && messages(found).every((text) => text.includes("failed to create typed patch object")),
  },
  {
    why: "an applied value of a wrong type that its schema lets pass is told of before a conflict, not after",
    explains: (found) => messages(found)[0]!.startsWith("failed to convert new object") && statuses(found)[1] === 409,
  },
  {
    why: "of pods and workloads the embedded API checks what elections and rollouts meet: both refuse, the real one names more",
    explains: (found) => WORKLOADS.includes(found.operation.target) && both(found, 422),
  },
  {
    why: "workloads are served as JSON only: a body that is neither is refused, with other words",
    explains: (found) =>
      WORKLOADS.includes(found.operation.target) &&
      found.operation.verb === "raw" &&
      statuses(found).every((each) => each >= 400),
  },
  {
    why: "events are served as events.k8s.io out of core's form: refusals name core's kind and fields",
    explains: (found) =>
      found.operation.target === "events.k8s.io" && found.difference.path.includes("/body/") && alike(found),
  },
  {
    why: "over a JSON patch that goes on into a null of its own making the real API's handler panics and the connection is closed; the embedded API refuses it",
    explains: (found) =>
      found.operation.verb === "patch" &&
      found.operation.type === "json" &&
      statuses(found)[0] === 422 &&
      statuses(found)[1] === 0,
  },
  {
    why: "a patch of what was deleted a moment ago is tried on the real API's cached copy before it is refused: it may be warned about",
    explains: (found) =>
      found.operation.verb === "patch" && both(found, 404) && /^\/answers\/\d+\/warnings\//.test(found.difference.path),
  },
  {
    why: "of several who delete a pod at once the real API may tell more than one that it did: it marks the pod before it takes it away",
    explains: (found) => found.operation.target === "pods" && deletedOnce(found),
  },
];
