/** What a write is told when who read the output has left: a closed pipe, a terminal that hung up. */
const left = new Set(["EPIPE", "EIO"]);

/**
 * Lets the process outlive the readers of its output: a run that lost them is still judged, written and healed, and its
 * status stays its own. `lost` is what else a write failed of, such as a full disk: it ends nothing either.
 */
export function outliveReaders(streams: readonly NodeJS.WriteStream[]): { readonly lost: Error | undefined } {
  const output: { lost: Error | undefined } = { lost: undefined };
  for (const stream of streams)
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!left.has(error.code ?? "")) output.lost ??= error;
    });
  return output;
}
