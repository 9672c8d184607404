import { PROGRAMS } from "../harness/clusters/apiserver/binaries.ts";
import { buildPrograms } from "../harness/clusters/apiserver/built.ts";
import { explain } from "../harness/cli/exit.ts";

/** `npm run build:kube`: the programs of `--cluster apiserver` from their Go modules, where none are installed. */
const stop = new AbortController();
process.once("SIGINT", () => stop.abort(new Error("interrupted")));
try {
  console.log("building etcd and Kubernetes' control plane: 5 to 15 minutes when nothing of it is cached");
  console.log(await buildPrograms(PROGRAMS, stop.signal));
} catch (error) {
  process.exitCode = explain(error);
}
