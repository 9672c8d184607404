import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Metadata = { readonly resourceVersion?: string; readonly [field: string]: unknown };
type Body = { readonly metadata?: Metadata; readonly spec?: Record<string, unknown>; readonly token?: number };
type Lease = { metadata: Record<string, unknown>; spec: Record<string, unknown> };
export type Request = { readonly method: string; readonly path: string; readonly body: Body };

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of message) text += String(chunk);
  return text;
};

/** A real HTTP server with one Lease and a place for acts: no more of an API than an elector's own test needs. */
export class Api implements AsyncDisposable {
  readonly acts: { readonly token: number }[] = [];
  lease: Lease | undefined;
  /** Awaited before a request is answered. */
  hold: (request: Request) => Promise<unknown> | undefined = () => undefined;
  silent = false;
  private version = 0;
  private readonly server = createServer((message, response) => void this.serve(message, response));

  static async open(): Promise<Api> {
    const api = new Api();
    await new Promise<void>((resolve) => api.server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private commit(lease: Lease): Lease {
    this.lease = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(++this.version) } };
    return this.lease;
  }

  private answer({ method, body }: Request): [number, unknown] {
    if (method === "POST") return this.lease === undefined ? [201, this.commit(body as Lease)] : [409, {}];
    if (this.lease === undefined) return [404, {}];
    if (method === "GET") return [200, this.lease];
    if (method === "PATCH") return [200, this.commit({ ...this.lease, spec: { ...this.lease.spec, ...body.spec } })];
    const current = body.metadata?.resourceVersion === this.lease.metadata["resourceVersion"];
    return current ? [200, this.commit(body as Lease)] : [409, {}];
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(message).catch(() => undefined);
    if (text === undefined) return; // the client gave up in the middle
    const body = text === "" ? {} : (JSON.parse(text) as Body);
    const request = { method: message.method ?? "", path: message.url ?? "", body };
    if (request.path === "/act") {
      this.acts.push(body as { token: number });
      response.end("{}");
      return;
    }
    if (this.silent) return;
    const [status, answer] = this.answer(request);
    await this.hold(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
