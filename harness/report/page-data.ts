import type { StepEvent } from "../core/events.ts";
import { incarnationKey } from "../core/events.ts";
import { replicasByName } from "../core/ledger.ts";
import type { TrialDocument } from "../core/run.ts";
import type { Call, View } from "../core/view.ts";
import { findingsOf } from "./page-findings.ts";
import type { Outcome, PageAct, PageCall, PageRecord, PageReplica, PageTrial } from "./page-types.ts";

const writes = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Names of all replicas seen, in the order of their first process, else of their first trace. */
function replicaNames(view: View): readonly string[] {
  const traces = [
    ...view.lives,
    ...view.tenures,
    ...view.calls.map((call) => call.invoke),
    ...view.acts,
    ...view.answers,
  ];
  return [...new Set(traces.map((trace) => trace.replica))];
}

/**
 * The replica that an identity names: of those that wrote it at their gates the first, its own name, or the longest name
 * that begins it (`demo-1_4f2a…`).
 */
function replicaOf(view: View, identity: string | null | undefined, names: readonly string[]): number {
  if (!identity) return -1;
  const [exact] = replicasByName(view).get(identity) ?? [];
  if (exact !== undefined) return names.indexOf(exact);
  const prefixed = names.filter((name) => identity.startsWith(name));
  const longest = prefixed.toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? -1 : names.indexOf(longest);
}

const outcomeOf = (call: Call): Outcome =>
  call.end === undefined ? 3 : call.end.type === "ok" ? 0 : call.end.type === "fail" ? 1 : 2;

function pageCalls(view: View): Pick<PageTrial, "requests"> & { readonly of: ReadonlyMap<string, PageCall[]> } {
  const known = new Map<string, number>();
  const requests: { text: string; write: boolean }[] = [];
  const of = new Map<string, PageCall[]>();
  const faults = new Map(view.faults.map((fault, index) => [fault.id, index]));
  for (const call of view.calls) {
    const { invoke, end } = call;
    const text = `${invoke.verb} ${invoke.resource}${invoke.object ? `/${invoke.object}` : ""}`;
    let request = known.get(text);
    if (request === undefined) {
      request = requests.push({ text, write: writes.has(invoke.verb) }) - 1;
      known.set(text, request);
    }
    const fault = end?.fault === undefined ? -1 : (faults.get(end.fault) ?? -1);
    const took = end === undefined ? -1 : Math.round((end.at - invoke.at) * 1000) / 1000;
    const committed = end?.committed;
    const list = of.get(invoke.replica) ?? [];
    of.set(invoke.replica, list);
    list.push([
      invoke.at,
      took,
      request,
      outcomeOf(call),
      end?.status ?? 0,
      committed?.since ?? -1,
      committed?.at ?? -1,
      fault,
    ]);
  }
  for (const list of of.values()) list.sort((a, b) => a[0] - b[0]);
  return { requests, of };
}

/** Steps as stretches, from the runner's step events where the view has them. */
function pageSteps(steps: readonly StepEvent[], end: number): PageTrial["steps"] {
  return steps
    .filter((step) => step.phase === "start")
    .map((step) => {
      const over = steps.find((other) => other.index === step.index && other.phase !== "start" && other.at >= step.at);
      const late = over?.phase === "timeout" ? ": timed out" : "";
      return { text: `${step.name}${late}`, from: step.at, to: over?.at ?? end };
    });
}

function pageRollouts(view: View): PageTrial["rollouts"] {
  return view.rollouts
    .filter((event) => event.phase === "start")
    .map((start) => {
      const over = view.rollouts.find(
        (other) => other.phase !== "start" && other.to === start.to && other.at >= start.at,
      );
      const stuck = over?.phase === "stuck" ? " (stuck)" : "";
      return { text: `rollout ${start.from} → ${start.to}${stuck}`, from: start.at, to: over?.at ?? null };
    });
}

/** Everything that the page draws of one trial; times in milliseconds of the history's clock. */
export function pageTrial(document: TrialDocument, view: View): PageTrial {
  const names = replicaNames(view);
  const { requests, of } = pageCalls(view);
  const replicas = names.map((name): PageReplica => {
    const mine = <Trace extends { readonly replica: string }>(traces: readonly Trace[]): readonly Trace[] =>
      traces.filter((trace) => trace.replica === name);
    return {
      name,
      lives: mine(view.lives).map((life) => ({ ...life, key: incarnationKey(life) })),
      tenures: mine(view.tenures).toSorted((a, b) => a.start.since - b.start.since),
      calls: of.get(name) ?? [],
      acts: mine(view.acts)
        .map((act): PageAct => [act.since, act.at, act.token ?? null, act.accepted ? 1 : 0, act.what])
        .toSorted((a, b) => a[1] - b[1]),
      answers: mine(view.answers).map((answer) => [
        answer.asked,
        answer.at,
        answer.leading ? 1 : 0,
        answer.names ?? null,
      ]),
      gaps: mine(view.gaps),
      stalls: view.stalls
        .filter((stall) => stall.who !== "harness" && stall.who.replica === name)
        .map(({ since, at, ms }) => ({ since, at, ms })),
      unpaired: mine(view.unpaired),
    };
  });
  return {
    index: document.index,
    end: view.end,
    complete: view.complete,
    leaseDuration: view.header.elector.timing.leaseDuration,
    replicas,
    requests,
    records: view.records
      .map(({ record, ...event }): PageRecord => ({
        since: event.since,
        at: event.at,
        object: event.object,
        version: event.version,
        ...(record === null ? {} : { holder: record.holder }),
        replica: replicaOf(view, record?.holder, names),
        until: record === null || record.durationSeconds === null ? null : event.at + record.durationSeconds * 1000,
        transitions: record?.transitions ?? null,
        ...(event.fault === undefined ? {} : { fault: event.fault }),
      }))
      .toSorted((a, b) => a.at - b.at),
    notices: (view.notices ?? []).map(({ at, identity, says, api }) => ({
      at,
      replica: replicaOf(view, identity, names),
      text: `${identity} ${says === "leads" ? "became leader" : "stopped leading"}`,
      api,
    })),
    faults: view.faults.map((fault) => ({
      id: fault.id,
      name: fault.fault,
      effect: fault.effect,
      targets: fault.targets,
      from: fault.injected,
      landed: fault.landed ?? null,
      to: fault.healed ?? null,
      unproven: fault.unproven ?? null,
    })),
    rollouts: pageRollouts(view),
    steps: pageSteps(view.steps ?? [], view.end),
    stalls: view.stalls.filter((stall) => stall.who === "harness").map(({ since, at, ms }) => ({ since, at, ms })),
    findings: findingsOf(document),
  };
}
