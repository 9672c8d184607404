import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openAnswers } from "../../../../harness/clusters/kind/answers.ts";

const none = { ca: "", cert: "", key: "" };
const ADDRESS = "127.77.7.7";

/** A port of loopback at which nobody listens any more. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// tests/e2e/kind.test.ts has questions that are answered.
test("what no pod answers is no answer, and closed answers listen no more", async () => {
  const [api, port] = [await freePort(), await freePort()];
  {
    await using answers = openAnswers(`http://127.0.0.1:${api}`, none);
    await answers.open({ namespace: "trial-0", pod: "a-1", port, address: ADDRESS });
    await expect(fetch(`http://${ADDRESS}:${port}/`)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  }
  await expect(fetch(`http://${ADDRESS}:${port}/`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
});
