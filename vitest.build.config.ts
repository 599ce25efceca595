import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/build/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    maxConcurrency: 2,
  },
});
