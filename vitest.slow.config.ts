import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/slow/**/*.test.ts"],
    globalSetup: "test/build.ts",
    // Vitest would leave one core to itself, of two.
    maxWorkers: "100%",
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
});
