import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { millis } from "../../../harness/core/time.ts";
import { harnessVariables, replicaEnvironment, substitute } from "../../../harness/electors/environment.ts";
import { kubeconfigText } from "../../../harness/electors/kubeconfig.ts";

const settings = {
  gateUrl: "http://127.0.0.1:1",
  kubeconfigPath: "/k",
  podName: "demo-1",
  namespace: "default",
  podIp: "127.0.0.2",
  podUid: "u",
  election: "demo",
  timing: { leaseDuration: millis(4000), renewDeadline: millis(2000), retryPeriod: millis(1000) },
  effectUrl: "http://127.0.0.1:2/demo-1",
  inCluster: { host: "127.0.0.1", port: 3, accountFolder: "/a" },
};

describe("a replica's environment", () => {
  test("holds CONTRACT's variables, and of ours only four", () => {
    const env = replicaEnvironment(settings, { PATH: "/bin", HOME: "/h", SECRET: "x", LANG: undefined });
    expect(Object.keys(env).toSorted()).toEqual([...harnessVariables, "HOME", "PATH"].toSorted());
    expect(env).toMatchObject({ POD_NAME: "demo-1", LEASE_DURATION_MS: "4000", RENEW_DEADLINE_MS: "2000" });
    expect(env).toMatchObject({ KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "3" });
    expect(env["SERVICE_ACCOUNT_DIR"]).toBe("/a");
  });

  test("without a declared D, two thirds of L", () => {
    const timing = { leaseDuration: millis(15_000), retryPeriod: millis(2000) };
    expect(replicaEnvironment({ ...settings, timing })["RENEW_DEADLINE_MS"]).toBe("10000");
  });

  test("fills variables, keeps escaped ones, refuses unknown ones", () => {
    const env = { A: "1", B: "${A}" };
    expect(substitute(["-a=${A}${A}", "${B}", "$${A}", "$A"], env)).toEqual(["-a=11", "${A}", "${A}", "$A"]);
    expect(() => substitute(["${C}"], env)).toThrow(/\$\{C\} in "\$\{C\}" is no variable/);
  });

  test("the kubeconfig points at the gate with its authority", () => {
    const config = parse(kubeconfigText({ server: "https://127.0.0.1:9", ca: "PEM", namespace: "n" }));
    const [context] = config.contexts;
    expect(context).toMatchObject({ name: config["current-context"], context: { namespace: "n" } });
    const cluster = config.clusters.find(({ name }: { name: string }) => name === context.context.cluster).cluster;
    expect(cluster).toEqual({ server: "https://127.0.0.1:9", "certificate-authority-data": btoa("PEM") });
    expect(config.users[0].user.token).toBe("interregnum");
  });
});
