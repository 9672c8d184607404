import fc from "fast-check";
import { mostly, of, some } from "./chance.ts";

const goodLabels = fc.dictionary(of("app", "tier"), of("x", "y", ""), { maxKeys: 2 });
const labels = mostly(
  goodLabels,
  of<unknown>({ "bad key": "x" }, { app: "bad value!" }, { app: 1 }, { app: null }, null, "text", { "a/b/c": "x" }),
);
const goodAnnotations = fc.dictionary(of("note", "example.com/n"), of("1", "2", "", '\u00e4 "quoted" <&>'), {
  maxKeys: 2,
});
const annotations = mostly(goodAnnotations, of<unknown>({ "bad key": "x" }, { note: 2 }, []));
const owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: "aaaaaaaa-1111-4222-8333-444444444444" };
const owners = mostly(
  of([owner], [{ ...owner, controller: true }], []),
  of<unknown>(
    [{ ...owner, uid: "" }],
    [{ ...owner, name: "", kind: "" }],
    [
      { ...owner, controller: true },
      { ...owner, controller: true, uid: "bbbbbbbb-1111-4222-8333-444444444444" },
    ],
  ),
);
const goodFinalizers = of(["example.com/f"], [], ["example.com/f", "example.com/g"]);
const finalizers = mostly(goodFinalizers, of<unknown>(["short"], ["bad name!"], "text"));
const metadataWith = (ends: fc.Arbitrary<unknown>) =>
  mostly(
    fc.oneof(
      { arbitrary: some({ labels, annotations }), weight: 8 },
      { arbitrary: some({ labels, annotations, finalizers: ends }), weight: 1 },
      { arbitrary: some({ labels, ownerReferences: owners }), weight: 1 },
    ),
    of<unknown>(
      { name: "other" },
      { name: "" },
      { namespace: "elsewhere" },
      { nonsense: 1 },
      { creationTimestamp: "2020-01-01T00:00:00Z" },
      { creationTimestamp: "nonsense" },
      { generation: 7 },
      { uid: "nonsense" },
      { selfLink: "/x" },
      { managedFields: [{}] },
      null,
      "text",
      [],
    ),
  );
export const metadata = metadataWith(finalizers);
export const newEventMetadata = metadataWith(goodFinalizers);
