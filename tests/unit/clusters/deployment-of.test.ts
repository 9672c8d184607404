import { expect, test } from "vitest";
import { podSpecOf } from "../../../harness/clusters/deployment-of.ts";
import type { Beside, Elector } from "../../../harness/core/elector.ts";
import { InputError } from "../../../harness/core/errors.ts";
import { findElector } from "../../../harness/electors/catalogue.ts";

const podOf = (elector: Elector, image?: string) =>
  podSpecOf({
    elector: image === undefined ? elector : { ...elector, image },
    timing: elector.timing,
    replicas: 3,
    strategy: { type: "Recreate" },
    namespace: "trial-0",
  });
const sidecar = await findElector("sidecar");
const withBeside = (business: Beside): Elector => ({ ...sidecar, containers: { business } });

test("as processes the elector comes first, and what is beside it runs its command", () => {
  const { containers } = podOf(sidecar);
  expect(containers.map(({ name }) => name)).toEqual(["elector", "business"]);
  expect(containers[1]?.command?.at(-1)).toBe("--leader=http://${POD_IP}:4444");
});

test("as an image the elector is the second container, of the same image with another entry point", () => {
  const { containers } = podOf(sidecar, "interregnum/sidecar:1");
  expect(containers).toEqual([
    {
      name: "business",
      image: "interregnum/sidecar:1",
      command: ["/business", "--leader=http://localhost:4444"],
      env: [],
    },
    { name: "elector", image: "interregnum/sidecar:1", args: sidecar.args, env: [] },
  ]);
});

test("a container beside it may have an image of its own", () => {
  const { containers } = podOf(withBeside({ image: "theirs:2", args: ["-v"] }), "ours:1");
  expect(containers[0]).toEqual({ name: "business", image: "theirs:2", args: ["-v"], env: [] });
});

test("a container of which nothing says how it runs is bad input", () => {
  expect(() => podOf(withBeside({ command: ["./business"] }), "ours:1")).toThrow(InputError);
  expect(() => podOf(withBeside({ entrypoint: ["/business"] }))).toThrow(InputError);
});
