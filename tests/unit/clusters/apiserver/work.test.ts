import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openClient } from "../../../../harness/clusters/apiserver/client.ts";
import { openWork } from "../../../../harness/clusters/apiserver/work.ts";
import { serveApi } from "../../../../harness/kubernetes/server.ts";
import { Store } from "../../../../harness/kubernetes/store.ts";
import { eventually, temporaryFolder } from "../bench.ts";

/** The client of a real API, before the embedded one. */
async function rig(setup: string, feed: string) {
  const folder = temporaryFolder();
  const store = new Store({ now: () => new Date(), uid: randomUUID });
  const server = await serveApi(store, {});
  const client = openClient(server.url, { ca: "", cert: "", key: "" });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder.path, name), text);
    return join(folder.path, name);
  };
  const work = { acts: ["create pods"], setup: write("setup.yaml", setup), feed: write("feed.yaml", feed) };
  const refused: unknown[] = [];
  return {
    store,
    refused,
    open: () => openWork(client, work, "trial-1", (error) => refused.push(error)),
    made: (resource: string, namespace: string) => store.list(resource, namespace),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const SETUP = `
apiVersion: v1
kind: Namespace
metadata: { name: "\${POD_NAMESPACE}-work" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: aside, namespace: "\${POD_NAMESPACE}-work" }
`;
const FEED = `
apiVersion: v1
kind: ConfigMap
metadata: { generateName: work-, namespace: "\${POD_NAMESPACE}-work" }
`;

test("makes what is set up, feeds one object after another, and takes the setup away", async () => {
  await using bench = await rig(SETUP, FEED);
  const work = await bench.open();
  await eventually(() => bench.made("configmaps", "trial-1-work").length >= 3);
  await work[Symbol.asyncDispose]();
  const names = bench.made("configmaps", "trial-1-work").map(({ metadata }) => metadata.name);
  expect(names).not.toContain("aside");
  expect(bench.refused).toEqual([]);
});

test.each([
  ["no YAML", "a: [", FEED, /setup\.yaml|flow|end/i],
  ["no object", "hello: world", FEED, /no Kubernetes object/],
  ["an unknown variable", "kind: ${NOBODY}", FEED, /NOBODY/],
  ["a namespace that nobody made", "", FEED, /trial-1-work/],
])("refuses %s as the user's input, and leaves nothing", async (_what, setup, feed, message) => {
  await using bench = await rig(setup, feed);
  const before = bench.made("namespaces", "").length;
  await expect(bench.open()).rejects.toMatchObject({ name: "InputError", message: expect.stringMatching(message) });
  expect(bench.made("namespaces", "")).toHaveLength(before);
});
