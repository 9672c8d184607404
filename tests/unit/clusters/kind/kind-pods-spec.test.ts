import { expect, test } from "vitest";
import { millis } from "../../../../harness/core/time.ts";
import { admission, kindPods, kubeletWord } from "../../../../harness/clusters/kind/kind-pods-spec.ts";

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

test("each container finds its own name, its own words filled, and an image that is here is not pulled", () => {
  const containers = [
    { name: "business", image: "theirs:2", command: ["/business", "--me=${HOSTNAME}"] },
    { name: "elector", image: "ours:1", args: ["--id=${POD_NAME}"] },
  ];
  const options = {
    timing: { leaseDuration: millis(4000), retryPeriod: millis(1000) },
    election: "e",
    address: "172.18.0.1",
  };
  const pod = kindPods({ containers }, { name: "ours:1", built: true }, options);
  const [business, elector] = pod.containers;
  expect(business).toMatchObject({ command: ["/business", "--me=$(HOSTNAME)"], imagePullPolicy: "IfNotPresent" });
  expect(business?.env?.[0]).toEqual({ name: "INTERREGNUM_CONTAINER", value: "business" });
  expect(elector).toMatchObject({ args: ["--id=$(POD_NAME)"], imagePullPolicy: "Never" });
  expect(elector?.command).toBeUndefined();
  expect(elector?.env?.[0]).toEqual({ name: "INTERREGNUM_CONTAINER", value: "elector" });
  expect(pod.containers[1]?.env?.map(({ name }) => name)).toContain("HOSTNAME");
});
