import { openRealSide, openEmbeddedSide } from "./side.ts";
await using real = await openRealSide();
await using emb = await openEmbeddedSide();
const J = "application/json";
for (const side of [real, emb]) {
  await side.call({
    method: "POST",
    path: "/apis/coordination.k8s.io/v1/namespaces/default/leases",
    body: JSON.stringify({ metadata: { name: "a" } }),
    type: J,
    accept: J,
  });
  for (const q of ["&resourceVersion=1", "&resourceVersion=1&labelSelector=app%3Dx"]) {
    const w = await side.watch({
      method: "GET",
      path: `/apis/coordination.k8s.io/v1/namespaces/default/leases?watch=true${q}`,
      accept: J,
    });
    await new Promise((r) => setTimeout(r, 500));
    console.log(side.name, q, JSON.stringify(w.answer), JSON.stringify(w.frames));
    await w.close();
  }
}
