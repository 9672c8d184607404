import type { Manifest } from "../../core/elector.ts";
import { PODS, specOf, type PodContainer } from "./pods.ts";

/** What one image of a workload's pods becomes. */
export type ImageChange = { readonly image: string; readonly imagePullPolicy: "Never" | "IfNotPresent" };

const containersOf = (object: Manifest): readonly PodContainer[] => {
  const { containers, initContainers = [] } = specOf(object).template.spec;
  return [...initContainers, ...containers];
};

/** The images that a workload's pods run, each once. */
export const imagesOf = (object: Manifest): readonly string[] => [
  ...new Set(containersOf(object).flatMap(({ image }) => image ?? [])),
];

/** The image of one of its containers; undefined where it names none. */
export const imageIn = (object: Manifest, container: string): string | undefined =>
  specOf(object).template.spec.containers.find(({ name }) => name === container)?.image;

/** The workload with its images, and when they are pulled, changed; a container without an image stays without. */
export function withImages(object: Manifest, change: (image: string) => ImageChange): Manifest {
  const spec = specOf(object);
  const pods = spec.template.spec;
  const changed = (all: readonly PodContainer[]): readonly PodContainer[] =>
    all.map((each) => (each.image === undefined ? each : { ...each, ...change(each.image) }));
  const init = pods.initContainers === undefined ? {} : { initContainers: changed(pods.initContainers) };
  const [top, template, podSpec] = PODS;
  return {
    ...object,
    [top]: {
      ...spec,
      [template]: { ...spec.template, [podSpec]: { ...pods, ...init, containers: changed(pods.containers) } },
    },
  };
}
