import { isJson, type Json } from "../wire/schema.ts";

const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/** Always for `:latest` and untagged images, else IfNotPresent. */
function pullPolicy(image: unknown): string {
  const name = typeof image === "string" ? image.slice(image.lastIndexOf("/") + 1) : "";
  if (name.includes("@")) return "IfNotPresent";
  return !name.includes(":") || name.endsWith(":latest") ? "Always" : "IfNotPresent";
}

function probe(value: Json): Json {
  const http = isJson(value["httpGet"]) ? { httpGet: { path: "/", scheme: "HTTP", ...value["httpGet"] } } : {};
  return { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...value, ...http };
}

function container(value: Json): Json {
  const probes = Object.fromEntries(
    ["readinessProbe", "livenessProbe", "startupProbe"].flatMap((name) =>
      isJson(value[name]) ? [[name, probe(value[name])]] : [],
    ),
  );
  const ports = objects(value["ports"]).map((port) => ({ protocol: "TCP", ...port }));
  return {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: pullPolicy(value["image"]),
    ...value,
    ...probes,
    ...(ports.length > 0 ? { ports } : {}),
  };
}

/** The defaults of a pod template's spec. */
export function templateDefaults(spec: Json): Json {
  const init = objects(spec["initContainers"]).map(container);
  return {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
    ...spec,
    ...("serviceAccountName" in spec ? { serviceAccount: spec["serviceAccountName"] } : {}),
    ...(init.length > 0 ? { initContainers: init } : {}),
    ...("containers" in spec ? { containers: objects(spec["containers"]).map(container) } : {}),
  };
}

const tolerated = ["not-ready", "unreachable"].map((name) => ({
  key: `node.kubernetes.io/${name}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 300,
}));

/** The defaults of a pod's own spec: a template's, and what the real API's admission adds. */
export function podDefaults(spec: Json): Json {
  const given = objects(spec["tolerations"]);
  const missing = tolerated.filter(
    (each) =>
      !given.some(
        (one) =>
          (one["key"] === each.key || one["key"] === undefined) &&
          (one["effect"] === each.effect || one["effect"] === undefined),
      ),
  );
  return {
    enableServiceLinks: true,
    preemptionPolicy: "PreemptLowerPriority",
    priority: 0,
    ...templateDefaults(spec),
    tolerations: [...given, ...missing],
  };
}

const resourceKinds = ["cpu", "memory"];

/** BestEffort, Guaranteed or Burstable, by the containers' requests and limits of cpu and memory. */
export function qosClass(spec: Json): string {
  const all = [...objects(spec["containers"]), ...objects(spec["initContainers"])].map((each) => {
    const demands = isJson(each["resources"]) ? each["resources"] : {};
    const limits = isJson(demands["limits"]) ? demands["limits"] : {};
    return { limits, requests: { ...limits, ...(isJson(demands["requests"]) ? demands["requests"] : {}) } as Json };
  });
  const some = all.some(({ limits, requests }) => resourceKinds.some((kind) => kind in limits || kind in requests));
  if (!some) return "BestEffort";
  const full = all.every(({ limits, requests }) =>
    resourceKinds.every((kind) => kind in limits && String(limits[kind]) === String(requests[kind])),
  );
  return full ? "Guaranteed" : "Burstable";
}
