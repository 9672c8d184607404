import { describe, expect, test } from "vitest";
import { InputError } from "../../../../harness/core/errors.ts";
import { placed } from "../../../../harness/electors/manifests/placed.ts";
import { manifestsOf } from "../../../../harness/electors/manifests/read.ts";
import { specOf, toleratesControlPlane } from "../../../../harness/electors/manifests/pods.ts";
import { deployment, together } from "./given.ts";

const where = (field: string) => ({ file: "elector.yaml", line: 2, field: `manifests.${field}` });
type Declared = Parameters<typeof manifestsOf>[1];
const read = (text: string, declared: Declared = {}, file = "deploy.yaml") =>
  manifestsOf([{ file, text }], declared, where);

function refused(text: string, declared: Declared = {}): InputError {
  try {
    read(text, declared);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: manager, namespace: system }\n";
const config = (name: string, namespace = "system"): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace} }\n`;
const two = "containers: [{ name: proxy }, { name: manager }]";

describe("manifests hold the workload that elects and what stands beside it", () => {
  test("one Deployment, with its account, in several documents", () => {
    const {
      workload,
      container,
      account: runsAs,
      objects,
      notes,
    } = read(together(account, "# nothing but a comment\n", deployment("controller", "serviceAccountName: manager")));
    expect(workload).toMatchObject({ file: "deploy.yaml", line: 7, object: { metadata: { name: "controller" } } });
    expect([container, runsAs]).toEqual(["manager", "manager"]);
    expect(objects.map(({ object, line }) => [object.kind, line])).toEqual([["ServiceAccount", 1]]);
    expect(notes).toEqual([]);
  });

  test("the items of a List are documents, and JSON is YAML", () => {
    const items = [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } }];
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2);
    const { objects } = manifestsOf(
      [
        { file: "list.json", text: list },
        { file: "deploy.yaml", text: deployment("controller") },
      ],
      {},
      where,
    );
    expect(objects).toEqual([{ object: items[0], file: "list.json", line: 5 }]);
  });

  test("is read as kubectl reads it: octal numbers, yes, and times that are texts", () => {
    const volume = "volumes: [{ name: v, secret: { secretName: s, defaultMode: 0400, optional: yes } }]";
    const { workload } = read(deployment("controller", volume, "hostname: 2024-01-01", "subdomain: 10:20"));
    expect(specOf(workload.object).template.spec).toMatchObject({
      volumes: [{ secret: { defaultMode: 256, optional: true } }],
      hostname: "2024-01-01",
      subdomain: "10:20",
    });
  });

  test("of several workloads the named one is run, and the others are left out", () => {
    const { workload, notes } = read(together(deployment("webhook"), deployment("controller")), {
      workload: "Deployment/controller",
    });
    expect(workload.object.metadata.name).toBe("controller");
    expect(notes).toEqual([expect.stringMatching(/^left out: Deployment\/webhook \(one workload/)]);
  });

  test("of several containers: the named one, or kubectl's own default", () => {
    const several = deployment("controller").replace(/containers: .*/, two);
    expect(read(several, { container: "proxy" }).container).toBe("proxy");
    const annotated = several.replace(
      "      labels:",
      "      annotations: { kubectl.kubernetes.io/default-container: manager }\n      labels:",
    );
    expect(read(annotated).container).toBe("manager");
  });

  test("a binding of the account default says that it counts", () => {
    const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: b }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: r }
subjects: [{ kind: ServiceAccount, name: default, namespace: system }]
`;
    expect(read(together(binding, deployment("controller"))).account).toBe("default");
    expect(read(deployment("controller")).account).toBeUndefined();
  });
});

test.each<[string, boolean]>([
  ["[{ key: node-role.kubernetes.io/control-plane, effect: NoSchedule }]", true],
  ["[{ key: node-role.kubernetes.io/control-plane, operator: Exists }]", true],
  ["[{ operator: Exists }]", true],
  ["[{ operator: Exists, effect: NoExecute }]", false],
  ["[{ key: gpu, operator: Exists }]", false],
  ["[]", false],
])("pods that tolerate %s may come to a control plane: %s", (tolerations, may) => {
  const { workload } = read(deployment("a", `tolerations: ${tolerations}`));
  expect(toleratesControlPlane(workload.object)).toBe(may);
});

describe("nothing of them reaches beyond the trial's namespace", () => {
  const wide = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: manager }
rules:
  - { apiGroups: [""], resources: [pods], verbs: [get] }
  - { nonResourceURLs: [/metrics], verbs: [get] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: manager }
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: manager }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: manager }
subjects:
  - { kind: ServiceAccount, name: manager, namespace: system }
  - { kind: User, name: somebody }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: viewer }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: manager, namespace: system }]
`;

  test("a ClusterRole holds in the namespace, beside a Role of the same name", () => {
    const { objects, notes } = read(together(wide, deployment("controller")));
    const there = objects.map(({ object }) => placed(object, "trial-0"));
    expect(there).toEqual([
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "clusterrole:manager", namespace: "trial-0" },
        rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
      },
      expect.objectContaining({ kind: "Role", metadata: { name: "manager", namespace: "trial-0" } }),
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "clusterrole:manager", namespace: "trial-0" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "clusterrole:manager" },
        subjects: [
          { kind: "ServiceAccount", name: "manager", namespace: "trial-0" },
          { kind: "User", name: "somebody" },
        ],
      },
      expect.objectContaining({
        kind: "RoleBinding",
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "ServiceAccount", name: "manager", namespace: "trial-0" }],
      }),
    ]);
    expect(notes).toEqual(["ClusterRole/manager, ClusterRoleBinding/manager hold in the trial's namespace only"]);
  });

  test("what is of the whole cluster is left out by name, and so is what an election needs not", () => {
    const object = (apiVersion: string, kind: string): string =>
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x }\n`;
    const { objects, notes } = read(
      together(
        object("v1", "Namespace"),
        object("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
        object("monitoring.coreos.com/v1", "ServiceMonitor"),
        object("serving.knative.dev/v1", "Service"),
        object("networking.k8s.io/v1", "NetworkPolicy"),
        object("autoscaling/v2", "HorizontalPodAutoscaler"),
        deployment("controller"),
      ),
    );
    expect(objects).toEqual([]);
    expect(notes).toEqual([
      expect.stringContaining(
        "Namespace/x, CustomResourceDefinition/x, ValidatingWebhookConfiguration/x (a trial makes nothing outside",
      ),
      expect.stringContaining("ServiceMonitor/x, Service/x (an election needs"),
      expect.stringContaining("NetworkPolicy/x (it could cut"),
      expect.stringContaining("HorizontalPodAutoscaler/x (the scenario says"),
    ]);
  });

  test("what a server had written into an object is not written again", () => {
    const metadata = {
      name: "a",
      namespace: "b",
      uid: "u",
      resourceVersion: "1",
      finalizers: ["f"],
      labels: { l: "1" },
    };
    expect(placed({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { k: "v" }, status: {} }, "trial-1")).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", namespace: "trial-1", labels: { l: "1" } },
      data: { k: "v" },
    });
  });

  test("what would lead past the gates is told", () => {
    const pods = `containers: [{ name: manager, env: [{ name: KUBERNETES_SERVICE_HOST, value: a }, { name: POD_NAME, value: b }], volumeMounts: [{ name: t, mountPath: /var/run/secrets/kubernetes.io/serviceaccount }] }]`;
    expect(read(deployment("controller").replace(/containers: .*/, pods)).notes).toEqual([
      "KUBERNETES_SERVICE_HOST of the container manager is the harness's own",
      "/var/run/secrets/kubernetes.io/serviceaccount of the container manager holds the gate's CA",
    ]);
  });
});

describe("bad manifests are refused with file, line, field and mend", () => {
  const mine = { file: "elector.yaml", line: 2 };
  const theirs = (line: number, field?: string) => ({
    file: "deploy.yaml",
    line,
    ...(field === undefined ? {} : { field }),
  });
  const stateful = deployment("controller").replace("kind: Deployment", "kind: StatefulSet");
  const daemon = deployment("controller").replace("kind: Deployment", "kind: DaemonSet");
  test.each<[string, string, Declared, object, RegExp, RegExp]>([
    ["no workload", config("a"), {}, { ...mine, field: "manifests.from" }, /no Deployment and no DaemonSet/, /elects/],
    [
      "two workloads",
      together(deployment("a"), deployment("b")),
      {},
      { ...mine, field: "manifests.from" },
      /2 workloads: Deployment\/a \(deploy.yaml:1\), Deployment\/b \(deploy.yaml:16\)/,
      /workload: Deployment\/a/,
    ],
    [
      "a workload that is not there",
      deployment("a"),
      { workload: "Deployment/b" },
      { ...mine, field: "manifests.workload" },
      /no Deployment\/b/,
      /Deployment\/a/,
    ],
    [
      "a container that is not there",
      deployment("a"),
      { container: "b" },
      { ...mine, field: "manifests.container" },
      /no container b/,
      /name one of manager/,
    ],
    [
      "two containers",
      deployment("a").replace(/containers: .*/, two),
      {},
      { ...mine, field: "manifests.from" },
      /2 containers: proxy, manager/,
      /container: proxy/,
    ],
    ["malformed YAML", `${config("a")}b: [\n`, {}, theirs(5), /malformed YAML/, /at this line/],
    [
      "a template that is not rendered",
      "apiVersion: v1\nmetadata:\n  name: {{ .Release.Name }}-a\n  namespace: b\n",
      {},
      theirs(3),
      /malformed YAML/,
      /helm template/,
    ],
    [
      "a document of something else",
      `${config("a")}---\nimage: b\n`,
      {},
      theirs(5, "apiVersion"),
      /no Kubernetes object/,
      /values/,
    ],
    ["a text", `${config("a")}---\nb\n`, {}, theirs(5), /no Kubernetes object/, /apiVersion, kind/],
    [
      "a Kustomization",
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
      {},
      theirs(1, "metadata"),
      /none|no Kubernetes/,
      /kubectl kustomize/,
    ],
    [
      "an object without a name",
      "apiVersion: v1\nkind: Secret\n",
      {},
      theirs(1, "metadata.name"),
      /metadata.name is missing/,
      /name this Secret/,
    ],
    [
      "two of one name",
      together(config("a"), config("a", "other"), deployment("b")),
      {},
      theirs(5, "metadata.name"),
      /two of ConfigMap\/a: the other one in deploy.yaml:1/,
      /one namespace/,
    ],
    [
      "an account that is not there",
      deployment("a", "serviceAccountName: b"),
      {},
      theirs(15, "spec.template.spec.serviceAccountName"),
      /ServiceAccount b/,
      /add it/,
    ],
    ["a StatefulSet", stateful, {}, theirs(2, "kind"), /StatefulSet is not rolled/, /Deployment/],
    [
      "a paused Deployment",
      deployment("a").replace("  replicas: 1", "  paused: true"),
      {},
      theirs(7, "spec.paused"),
      /rolled by nobody/,
      /leave paused out/,
    ],
    [
      "a DaemonSet that nobody rolls",
      daemon.replace("  replicas: 1", "  updateStrategy:\n    type: OnDelete"),
      {},
      theirs(8, "spec.updateStrategy.type"),
      /rolled by nobody/,
      /RollingUpdate/,
    ],
    [
      "containers that share their processes",
      deployment("a", "shareProcessNamespace: true"),
      {},
      theirs(15, "spec.template.spec.shareProcessNamespace"),
      /told apart/,
      /leave/,
    ],
    [
      "no containers",
      deployment("a").replace(/containers: .*/, "containers: []"),
      {},
      theirs(14, "spec.template.spec.containers"),
      /no containers/,
      /explain/,
    ],
    [
      "no pods",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  replicas: 1\n",
      {},
      theirs(4, "spec.template"),
      /no spec.template/,
      /explain/,
    ],
  ])("%s", (_what, text, declared, place, message, mend) => {
    const error = refused(text, declared);
    expect(error.message).toMatch(message);
    expect(error.where).toEqual(place);
    expect(error.mend).toMatch(mend);
  });
});
