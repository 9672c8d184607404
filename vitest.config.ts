import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Real processes on a shared machine: a bound on hanging, never a measure.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    maxConcurrency: 4,
    retry: 0,
  },
});
