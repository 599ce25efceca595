import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Vitest would leave one core to itself, of two.
    maxWorkers: "100%",
    include: ["test/**/*.test.ts"],
    exclude: ["test/slow/**", "test/build/**"],
    globalSetup: "test/build.ts",
    testTimeout: 30_000,
  },
});
