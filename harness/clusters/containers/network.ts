import { createServer } from "node:net";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { type Engine, LABEL } from "./engine.ts";

export type ContainerNetwork = {
  readonly name: string;
  /** This machine's address in it. */
  readonly gateway: string;
  /** The next container's address. */
  address(): string;
};

/** How often another range is tried when somebody took the one that the engine had free. */
const TRIES = 5;

/**
 * Makes a bridge of the run's own, with no way out of this machine: its containers reach one another and the gateway.
 * HarnessError when the engine makes none, or makes it on another machine. Its owner removes it by its label.
 */
export async function openNetwork(engine: Engine, run: string): Promise<ContainerNetwork> {
  const { name, subnet, gateway } = await create(engine, run);
  if (!(await isHere(gateway)))
    throw new HarnessError(`the engine's network ${name} is not on this machine: it has no address ${gateway}`, {
      mend: "use an engine of this machine, run by root (no virtual machine, no rootless one), or --runtime process",
    });
  return { name, gateway, address: addressesIn(subnet, gateway) };
}

/** Whether this machine can listen on the address: a bridge that nobody is on yet is in no list of interfaces. */
function isHere(address: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}

/** Addresses can be given to containers only in a range that was asked for: the engine chooses one, and is asked for it. */
async function create(engine: Engine, run: string) {
  const options = { Internal: true, CheckDuplicate: true, Labels: { [LABEL]: run } };
  let why: unknown;
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      const probe = await engine.createNetwork({ ...options, Name: `interregnum-${run}-free` });
      const { IPAM } = await probe.inspect();
      await probe.remove();
      const { Subnet: subnet = "", Gateway = "" } = IPAM?.Config?.[0] ?? {};
      const gateway = Gateway.split("/")[0]!;
      const name = `interregnum-${run}`;
      await engine.createNetwork({ ...options, Name: name, IPAM: { Config: [{ Subnet: subnet, Gateway: gateway }] } });
      return { name, subnet, gateway };
    } catch (error) {
      why = error;
    }
  }
  throw new HarnessError(`the engine makes no network: ${messageOf(why)}`, {
    cause: why,
    mend: "`docker network prune` frees the ranges of networks that nobody uses",
  });
}

const toNumber = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");

/** Hands out the addresses of an IPv4 range (a.b.c.d/n) in turn, but for its first, its last and the gateway. */
export function addressesIn(subnet: string, gateway: string): () => string {
  const [base = "", bits] = subnet.split("/");
  const first = toNumber(base);
  const size = 2 ** (32 - Number(bits));
  let next = 0;
  return () => {
    do next = (next % (size - 2)) + 1;
    while (toAddress(first + next) === gateway);
    return toAddress(first + next);
  };
}
