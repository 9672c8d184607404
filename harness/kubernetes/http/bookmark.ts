import { conform } from "../../wire/conform.ts";
import { messageFor } from "../accept.ts";
import type { KubeObject } from "../objects.ts";
import type { Resource } from "../resources.ts";

const template = { metadata: {}, spec: { containers: null } };

/** What an object that says nothing says nevertheless, of kinds that have no table of their fields. */
const empty: Readonly<Record<string, object>> = {
  namespaces: { spec: {}, status: {} },
  nodes: {
    spec: {},
    status: {
      daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
      nodeInfo: {
        machineID: "",
        systemUUID: "",
        bootID: "",
        kernelVersion: "",
        osImage: "",
        containerRuntimeVersion: "",
        kubeletVersion: "",
        kubeProxyVersion: "",
        operatingSystem: "",
        architecture: "",
      },
    },
  },
  pods: { spec: { containers: null }, status: {} },
  services: { spec: {}, status: { loadBalancer: {} } },
  deployments: { spec: { replicas: 0, selector: null, template, strategy: {} }, status: {} },
  replicasets: { spec: { replicas: 0, selector: null, template }, status: { replicas: 0 } },
  daemonsets: {
    spec: { selector: null, template, updateStrategy: {} },
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  },
};

/** An empty object of its kind that carries a version, and at the end of the initial events says so. */
export function bookmark(resource: Resource, version: number, endMark: boolean): KubeObject {
  const metadata = {
    resourceVersion: String(version),
    ...(endMark ? { annotations: { "k8s.io/initial-events-end": "true" } } : {}),
  };
  const message = messageFor(resource);
  const body = message === undefined ? { metadata, ...empty[resource.name] } : conform({ metadata }, message);
  return { kind: resource.kind, apiVersion: resource.apiVersion, ...body } as unknown as KubeObject;
}
