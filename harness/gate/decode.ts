/** Until harness/wire lands: JSON only, under the name and shape that it will have. */
export function decodeBody(contentType: string | undefined, bytes: Uint8Array): unknown {
  if (contentType !== undefined && !contentType.includes("json")) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return undefined; // relayed as it is, and nothing is known of it
  }
}
