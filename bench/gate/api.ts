// The API of `bench:gate`: the embedded one, in a process of its own. Prints its URL; ends when standard input does.
import { randomUUID } from "node:crypto";
import { serveApi } from "../../harness/kubernetes/server.ts";
import { Store } from "../../harness/kubernetes/store.ts";
import { untilClosed } from "./until-closed.ts";

await untilClosed(async (stack) => {
  const store = new Store({ now: () => new Date(), uid: randomUUID });
  return stack.use(await serveApi(store)).url;
});
