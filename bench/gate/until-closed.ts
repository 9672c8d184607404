/**
 * Serves until standard input ends (the bench that started this process is done with it, or dead), then releases what
 * `serve` opened and exits.
 */
export async function untilClosed(serve: (stack: AsyncDisposableStack) => Promise<string>): Promise<void> {
  {
    await using stack = new AsyncDisposableStack();
    console.log(await serve(stack));
    for await (const _ of process.stdin); // nothing is said, only the end matters
  }
  // A natural end was seen to spin in Node's own clean-up of handles, after many connections were cut.
  process.exit();
}
