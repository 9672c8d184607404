import { JSON_TYPE, PROTOBUF_TYPE } from "../../wire/body.ts";
import { messageOf } from "../../wire/messages.ts";
import { ApiError } from "../errors.ts";

/** How an answer is to be written; `partial`: metadata only. */
export type Format = { readonly protobuf: boolean; readonly partial: boolean };

export const PLAIN: Format = { protobuf: false, partial: false };

type Range = { readonly type: string; readonly parameters: ReadonlyMap<string, string>; readonly quality: number };

function ranges(accept: string): Range[] {
  return accept
    .split(",")
    .map((part) => {
      const [type = "", ...rest] = part.split(";").map((each) => each.trim());
      const parameters = new Map(
        rest.map((each) => {
          const [name = "", value = ""] = each.split("=", 2);
          return [name.trim(), value.trim()] as const;
        }),
      );
      return { type: type.toLowerCase(), parameters, quality: Number(parameters.get("q") ?? "1") };
    })
    .filter((range) => range.type !== "" && range.quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

function formatOf(range: Range, protobuf: boolean, watch: boolean): Format | undefined {
  const as = range.parameters.get("as");
  const stream = range.parameters.get("stream");
  if (stream !== undefined && (!watch || stream !== "watch")) return undefined;
  const partial = as === "PartialObjectMetadata" || as === "PartialObjectMetadataList";
  if (as !== undefined && (!partial || range.parameters.get("v") !== "v1")) return undefined;
  switch (range.type) {
    case "*/*":
    case JSON_TYPE:
      return { protobuf: false, partial };
    case PROTOBUF_TYPE:
      return protobuf || partial ? { protobuf: true, partial } : undefined;
    default:
      return undefined;
  }
}

function notAcceptable(watch: boolean): ApiError {
  const offered = [JSON_TYPE, "application/yaml", PROTOBUF_TYPE];
  if (watch) offered.push(`${JSON_TYPE};stream=watch`, `${PROTOBUF_TYPE};stream=watch`);
  return new ApiError(
    406,
    "NotAcceptable",
    `406: Not Acceptable\n\nAvailable representations: ${offered.join(", ")}`,
    {},
  );
}

/** Which answers an endpoint has: one, a list (where a watch is had, too), or a watch's events. */
export type Shown = "one" | "list" | "watch";

/** Chooses by the Accept header for answers of this kind; JSON when there is none. Throws 406. */
export function negotiate(accept: string | undefined, apiVersion: string, kind: string, shown: Shown = "one"): Format {
  if (accept === undefined || accept === "" || accept === JSON_TYPE) return PLAIN;
  const known = messageOf(apiVersion, kind) !== undefined;
  for (const range of ranges(accept)) {
    const format = formatOf(range, known, shown === "watch");
    if (format !== undefined) return format;
  }
  throw notAcceptable(shown !== "one");
}

/** For an error's Status: what was asked for where it can be had, else JSON. */
export function negotiateStatus(accept: string | undefined): Format {
  try {
    return { ...negotiate(accept, "v1", "Status"), partial: false };
  } catch {
    return PLAIN; // a refusal to speak the asked-for format must be said in some format
  }
}
