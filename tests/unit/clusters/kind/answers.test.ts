import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openAnswers } from "../../../../harness/clusters/kind/answers.ts";

const none = { ca: "", cert: "", key: "" };
const ADDRESS = "127.77.7.7";

test("a pod is asked through the API server, and what it does not answer is no answer", async () => {
  const asked: string[] = [];
  const api = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(request.url?.endsWith("/down") ? 503 : 404);
    response.end('{"name":"a"}');
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const { port: apiPort } = api.address() as AddressInfo;
  const port = 40_000 + (apiPort % 10_000);
  {
    await using answers = openAnswers(`http://127.0.0.1:${apiPort}`, none);
    await answers.open({ namespace: "trial-0", pod: "a-1", port, address: ADDRESS });
    const reply = await fetch(`http://${ADDRESS}:${port}/path?x=1`);
    expect([reply.status, await reply.text()]).toEqual([404, '{"name":"a"}']);
    await expect(fetch(`http://${ADDRESS}:${port}/down`)).rejects.toThrow();
  }
  expect(asked).toEqual([
    `/api/v1/namespaces/trial-0/pods/a-1:${port}/proxy/path?x=1`,
    `/api/v1/namespaces/trial-0/pods/a-1:${port}/proxy/down`,
  ]);
  await expect(fetch(`http://${ADDRESS}:${port}/path`)).rejects.toThrow();
  await new Promise((resolve) => api.close(resolve));
});
