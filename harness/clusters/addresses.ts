import { createHash } from "node:crypto";

/** Hands out loopback addresses, each once: 127.<of the run>.<n>.<m>, so that two runs seldom meet. */
export function addressesOf(run: string): () => string {
  const second = 1 + (createHash("sha256").update(run).digest()[0]! % 254);
  let next = 0;
  return () => {
    const [third, fourth] = [Math.floor(next / 254) % 256, 1 + (next % 254)];
    next += 1;
    return `127.${second}.${third}.${fourth}`;
  };
}
