import type { Runtime } from "../runtime.ts";

/** A pod starts its processes by itself: it is told what they need, and the kubeconfigs are kept to be told. */
export const inPods = (kubeconfigs: Map<string, string>): Pick<Runtime, "ours" | "equip" | "strip" | "launch"> => ({
  ours: {},
  equip({ pod }, { kubeconfig }) {
    kubeconfigs.set(pod, kubeconfig);
    return { kubeconfigPath: "", env: {} };
  },
  strip: ({ pod }) => void kubeconfigs.delete(pod),
  launch: async (_container, env) => ({ argv: [], env, directory: "/" }),
});
