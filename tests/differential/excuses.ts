import type { Found } from "./compare.ts";
import { WORKLOADS } from "./masks.ts";
import type { Operation } from "./operation.ts";

/** A difference in an answer that is known, and after which both sides hold the same objects. */
export type Excuse = {
  readonly why: string;
  /** The paths below an answer at which the two may differ. */
  readonly at: RegExp;
  explains(pair: Pair, found: Found): boolean;
};

type Refused = {
  readonly status: number;
  readonly body?: { readonly message?: string; readonly details?: { readonly causes?: readonly unknown[] } };
};
/** The two answers that differ. */
export type Pair = { readonly operation: Operation; readonly embedded: Refused; readonly real: Refused };

const both = ({ embedded, real }: Pair, status: number): boolean =>
  embedded.status === status && real.status === status;
const say = ({ embedded, real }: Pair, pattern: RegExp): boolean =>
  [embedded, real].every(({ body }) => pattern.test(String(body?.message)));

/** Whether the real refusal names every cause that the embedded one does. */
const namesMore = ({ embedded, real }: Pair): boolean => {
  const [ours, theirs] = [embedded, real].map(({ body }) =>
    (body?.details?.causes ?? []).map((cause) => JSON.stringify(cause)),
  );
  return ours!.length > 0 && ours!.every((cause) => theirs!.includes(cause));
};

type Racer = { readonly status: number };
/** What of a race of deletes is nobody's chance: what was there before and after, and that somebody was told of it. */
const deletedOnce = ({ normals: [ours, theirs] }: Found): boolean => {
  const [before, after] = [ours.answers[0], ours.answers.at(-1)].map((answer) => JSON.stringify(answer));
  const told = [ours, theirs].map(({ answers }) => answers.slice(1, -1).map((answer) => (answer as Racer).status));
  return (
    JSON.stringify(theirs.answers[0]) === before &&
    JSON.stringify(theirs.answers.at(-1)) === after &&
    told.every((each) => each.includes(200) && each.every((status) => status === 200 || status === 404))
  );
};

/** What a refusal says. */
const WORDS = /^\/body\/(message$|details\/causes(\/|$))/;
/** Another refusal altogether. */
const REFUSAL = /^\/(status$|body\/)/;

export const excuses: readonly Excuse[] = [
  {
    why: "of several values of a wrong type in one body, which one is told of depends on the order of the decoder",
    at: WORDS,
    explains: (pair) =>
      (both(pair, 400) && say(pair, /cannot be handled as|cannot unmarshal/)) ||
      (both(pair, 422) && say(pair, /json: cannot unmarshal|: parsing time|illegal base64/)),
  },
  {
    why: "of several values of a wrong type in an applied configuration the embedded API tells the first",
    at: WORDS,
    explains: (pair) => both(pair, 500) && say(pair, /failed to create typed patch object/),
  },
  {
    why: "an applied value of a wrong type that its schema lets pass is told of before a conflict, not after",
    at: REFUSAL,
    explains: ({ embedded, real }) =>
      embedded.status === 500 &&
      String(embedded.body?.message).startsWith("failed to convert new object") &&
      real.status === 409,
  },
  {
    why: "of pods and workloads the embedded API checks what elections and rollouts meet: both refuse, the real one names more",
    at: WORDS,
    explains: (pair) => WORKLOADS.includes(pair.operation.target) && both(pair, 422) && namesMore(pair),
  },
  {
    why: "workloads are served as JSON only: a body that is neither is refused, with other words",
    at: WORDS,
    explains: ({ operation, embedded, real }) =>
      WORKLOADS.includes(operation.target) &&
      operation.verb === "raw" &&
      embedded.status === real.status &&
      embedded.status >= 400,
  },
  {
    why: "events are served as events.k8s.io out of core's form: refusals name core's kind and fields",
    at: /^\/body\/(message$|details\/)/,
    explains: ({ operation, embedded, real }) =>
      operation.target === "events.k8s.io" && embedded.status === real.status && embedded.status >= 400,
  },
  {
    why: "over a JSON patch that goes on into a null of its own making the real API's handler panics and the connection is closed; the embedded API refuses it",
    at: /^\//,
    explains: ({ operation, embedded, real }) =>
      operation.verb === "patch" && operation.type === "json" && embedded.status === 422 && real.status === 0,
  },
  {
    why: "a patch of what was deleted a moment ago is tried on the real API's cached copy before it is refused: it may be warned about",
    at: /^\/warnings\//,
    explains: (pair) => pair.operation.verb === "patch" && both(pair, 404),
  },
  {
    why: "of several who delete a pod at once the real API may tell more than one that it did: it marks the pod before it takes it away",
    at: /^\//,
    explains: ({ operation }, found) =>
      operation.target === "pods" && operation.verb === "race" && operation.of === "delete" && deletedOnce(found),
  },
];

/** Whether a difference is known; only answers' are, a watch's events must be alike. */
export function excused(found: Found): boolean {
  const [, index, path] = /^\/answers\/(\d+)(.*)$/.exec(found.difference.path) ?? [];
  if (index === undefined || path === undefined) return false;
  const [embedded, real] = found.normals.map(({ answers }) => answers[Number(index)] as Refused | undefined);
  if (embedded === undefined || real === undefined) return false;
  const pair = { operation: found.operation, embedded, real };
  return excuses.some(({ at, explains }) => at.test(path) && explains(pair, found));
}
