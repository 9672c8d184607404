import { expect, test } from "vitest";
import { InputError } from "../../../harness/core/errors.ts";
import { runtimeFor } from "../../../harness/runner/runtimes.ts";

const program = { name: "p", file: "p.yaml", command: ["./p"] };
const image = { name: "i", file: "i.yaml", image: "example/i:1" };

test("an elector runs as what it is, unless told", () => {
  expect(runtimeFor("embedded", program, undefined)).toBe("process");
  expect(runtimeFor("apiserver", image, undefined)).toBe("container");
  expect(runtimeFor("embedded", program, "container")).toBe("container");
  expect(runtimeFor("simulation", program, undefined)).toBeUndefined();
});

test.each([
  ["an image as a process", "embedded", image, "process", "command"],
  ["a cluster that does not choose", "simulation", program, "container", "--runtime"],
  [
    "pods of several containers",
    "embedded",
    { ...program, containers: { b: { command: ["./b"] } } },
    "container",
    "containers",
  ],
] as const)("refuses %s", (_name, cluster, elector, asked, field) => {
  const refuse = (): unknown => runtimeFor(cluster, elector, asked);
  expect(refuse).toThrow(InputError);
  expect(refuse).toThrow(expect.objectContaining({ where: expect.objectContaining({ field }) }));
});
