import { spawnSync } from "node:child_process";

/** Has KIND_NODE_IMAGE name an image of a node that need not be pulled, where there is one; else kind's own is taken. */
export function nodeImage(): void {
  const argv = ["images", "--format", "{{.Repository}}:{{.Tag}}", "kindest/node"];
  const [first = ""] = spawnSync("docker", argv, { encoding: "utf8" }).stdout.split("\n");
  process.env["KIND_NODE_IMAGE"] ??= first;
}
