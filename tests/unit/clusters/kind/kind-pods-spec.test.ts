import { expect, test } from "vitest";
import { admission, kubeletWord } from "../../../../harness/clusters/kind/kind-pods-spec.ts";

test("a replica's variables are filled by the kubelet", () => {
  expect(kubeletWord("--id=${POD_NAME}@${POD_NAMESPACE}")).toBe("--id=$(POD_NAME)@$(POD_NAMESPACE)");
  expect(kubeletWord("$${POD_NAME} stays")).toBe("${POD_NAME} stays");
  expect(kubeletWord("main.ts")).toBe("main.ts");
});

test("a pod is let go with its own gate noted", () => {
  const patch = admission({
    kubeApi: "http://172.18.0.1:4321",
    kubeconfig: "k",
    effectUrl: "http://172.18.0.1:1/acts/1",
  });
  expect(patch.spec).toEqual({ schedulingGates: null });
  expect(Object.values(patch.metadata.annotations)).toEqual([
    "http://172.18.0.1:4321",
    "4321",
    "http://172.18.0.1:1/acts/1",
    "k",
  ]);
});
