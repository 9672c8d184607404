import type { PatchType } from "../../harness/kubernetes/objects.ts";

/** A version that a request names: one that was seen of the object, or a literal text. */
export type VersionRef =
  | { readonly seen: "last" | "before" | "first" }
  /** The version of the last list. */
  | { readonly seen: "list" }
  | { readonly text: string };

/** A uid that a request names: the last or the first that was seen of the object, or nobody's. */
export type UidRef = "last" | "first" | "other";

export type Query = Readonly<Record<string, string>>;

type Common = {
  /** A row of `targets`. */
  readonly target: string;
  readonly name: string;
  readonly query: Query;
  readonly accept: string;
};
export type SentAs = "json" | "protobuf" | "yaml" | "none";

/** One request, or several at once, that can be made of any API. */
export type Operation =
  | (Common & { readonly verb: "create"; readonly body: object; readonly as: SentAs })
  | (Common & {
      readonly verb: "update";
      readonly sub: "" | "status" | "scale";
      readonly body: object;
      readonly as: SentAs;
      readonly version?: VersionRef;
      readonly uid?: UidRef;
    })
  | (Common & {
      readonly verb: "patch";
      readonly sub: "" | "status" | "scale";
      readonly type: PatchType;
      readonly body: unknown;
      readonly version?: VersionRef;
    })
  | (Common & { readonly verb: "get"; readonly sub: "" | "status" | "scale"; readonly version?: VersionRef })
  | (Common & { readonly verb: "list"; readonly version?: VersionRef; readonly goOn: boolean })
  | (Common & {
      readonly verb: "delete" | "deletecollection";
      readonly options: object;
      readonly version?: VersionRef;
      readonly uid?: UidRef;
    })
  | (Common & { readonly verb: "watch"; readonly version?: VersionRef })
  | (Common & {
      readonly verb: "evict";
      readonly body: object;
      /** Of the delete. */
      readonly options: object;
      readonly version?: VersionRef;
      readonly uid?: UidRef;
    })
  | (Common & {
      readonly verb: "race";
      readonly of: "create" | "update" | "patch" | "delete";
      readonly writers: number;
    })
  | (Common & {
      readonly verb: "raw";
      readonly method: string;
      readonly below: string;
      readonly text: string;
      readonly type: string;
    });
