// `node bench/gate/gates.ts URL FILE LEASE…`: a gate before the API at URL for each Lease, as each replica of a trial has
// its own; every call is recorded and written to FILE. Prints their URLs on one line; ends when standard input does.
import { openGate, issueCertificate } from "../../harness/gate/gate.ts";
import { openLoopClock, openRecorder } from "../../harness/runner/recorder.ts";
import { headerOf } from "../header.ts";
import { untilClosed } from "./until-closed.ts";

await untilClosed(async (stack) => {
  const [upstream, file, ...leases] = process.argv.slice(2) as [string, string, ...string[]];
  const clock = stack.use(openLoopClock());
  const recorder = stack.use(openRecorder({ clock, file, header: headerOf({ release: false }) }));
  const certificate = await issueCertificate();
  const urls: string[] = [];
  for (const name of leases) {
    const lock = { resource: "leases", namespace: "default", name };
    const who = { replica: name, incarnation: 1 };
    urls.push(stack.use(await openGate({ upstream, recorder, lock, certificate, who: () => who })).url);
  }
  return urls.join(" ");
});
