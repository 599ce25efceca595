import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  // The extension is a package of its own; the example imports this one. Strict tsc checks both.
  { ignores: ["dist", "fixtures", "coverage", ".stryker", "docs/editors", "docs/example-plugin"] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js", "bin/*.js", "test/slow/faults/*.js"] },
      },
    },
  },
  {
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Go counts code points, and so does spreading.
      "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
    },
  },
  // JavaScript that node runs as it is: there is nothing to know of types in what it loads.
  {
    files: ["bin/*.js", "test/slow/faults/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    // Plain scripts, joined into one: what one declares, another uses.
    files: ["src/migrate/report/page/*.js"],
    languageOptions: { sourceType: "script" },
    rules: { "@typescript-eslint/no-unused-vars": ["error", { vars: "local" }] },
  },
);
