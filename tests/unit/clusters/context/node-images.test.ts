import { expect, test } from "vitest";
import { fullName, loadedNames, namesIn } from "../../../../harness/clusters/context/node-images.ts";

const LISTING = `REF TYPE DIGEST SIZE PLATFORMS LABELS
docker.io/interregnum/reference:1 application/x sha256:aa 200.0 MiB linux/amd64 -
import-2026-11-28@sha256:aa application/x sha256:aa 200.0 MiB linux/amd64 -
sha256:f1 application/x sha256:aa 200.0 MiB linux/amd64 -
registry.example/theirs:2 application/x sha256:aa 200.0 MiB linux/amd64 -
docker.io/library/debian:12 application/x sha256:bb 80.0 MiB linux/amd64 -
sha256:f2 application/x sha256:bb 80.0 MiB linux/amd64 -
`;

test("an image goes by all the names that its loading gave it, and by no name that somebody else gave", () => {
  const names = namesIn(LISTING);
  expect(loadedNames(names, "interregnum/reference:1")).toEqual([
    "docker.io/interregnum/reference:1",
    "import-2026-11-28@sha256:aa",
    "sha256:f1",
  ]);
  expect(loadedNames(names, "interregnum/reference:2")).toEqual([]);
});

test("names are as containerd has them", () => {
  expect(fullName("debian:12")).toBe("docker.io/library/debian:12");
  expect(fullName("interregnum/reference:1")).toBe("docker.io/interregnum/reference:1");
  expect(fullName("registry.example/theirs:2")).toBe("registry.example/theirs:2");
  expect(fullName("localhost:5000/theirs:2")).toBe("localhost:5000/theirs:2");
});
