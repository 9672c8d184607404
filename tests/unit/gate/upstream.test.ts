import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { issueCertificate } from "../../../harness/gate/certificate.ts";
import { openUpstream, type UpstreamTls } from "../../../harness/gate/upstream.ts";

/** An API server whose certificate is for 10.9.8.7 too; it answers with the path that it was asked for. */
async function served() {
  const { ca, cert, key } = await issueCertificate(["10.9.8.7"]);
  const server = createServer({ cert, key }, (request, response) => void response.end(request.url));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { ca, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function asked(url: string, tls: UpstreamTls, path: string): Promise<string> {
  await using upstream = openUpstream(url, tls);
  return await new Promise((resolve, reject) => {
    const body: Buffer[] = [];
    upstream.forward(
      { method: "GET", path, headers: [], body: null },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_, chunk: Buffer) => void body.push(chunk),
        onResponseEnd: () => resolve(Buffer.concat(body).toString()),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

test("an API below a path is asked there", async () => {
  const { url, ca } = await served();
  expect(await asked(`${url}/k8s/clusters/c-1/`, { ca }, "/api/v1/pods?watch=1")).toBe(
    "/k8s/clusters/c-1/api/v1/pods?watch=1",
  );
  expect(await asked(url, { ca }, "/api")).toBe("/api");
});

test("a server behind a relay is known by the name or the address that its certificate is for", async () => {
  const { url, ca } = await served();
  for (const servername of ["kubernetes.default.svc", "10.9.8.7"])
    expect(await asked(url, { ca, servername }, "/")).toBe("/");
  for (const servername of ["elsewhere.example", "10.9.8.6"])
    await expect(asked(url, { ca, servername }, "/")).rejects.toThrow(/altnames/);
  expect(await asked(url, { servername: "elsewhere.example", insecure: true }, "/")).toBe("/");
});
