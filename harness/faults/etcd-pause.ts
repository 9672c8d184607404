import { defineFault } from "../core/fault.ts";
import { unable } from "./ability.ts";
import { injectOutage } from "./outage.ts";

/** etcd stands still: calls hang at the API server, and a write whose author gave it up may still be committed after. */
export const etcdPause = defineFault<Readonly<Record<string, never>>>({
  name: "etcd-pause",
  summary: "freezes etcd (SIGSTOP): the API server accepts calls and answers none; they may still commit when it wakes",
  needs: ["etcd"],
  effect: "cut",
  inject: (cluster, _none, _id, signal) => injectOutage(cluster, () => cluster.pauseEtcd?.() ?? unable("etcd"), signal),
});
