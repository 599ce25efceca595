import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

/**
 * The command line as one file, and V8's code cache for it: reading and compiling hundreds of modules takes longer than the work on a
 * Dockerfile (docs/performance.md). `migrate` and `lsp` stay modules: they run long, and what they need is large.
 */
const SOURCE = resolve("dist/src");
const BUNDLE = "dist/bundle/dockopt.cjs";

/**
 * What lies beside a module is found by the module's own place, also when the module is in the bundle. What is named only as it runs
 * (plug-ins, configurations) is imported by a module of its own: code from V8's cache may not import (Node forgets who may).
 */
const places: Plugin = {
  name: "places",
  setup(bundler) {
    bundler.onLoad({ filter: /\/dist\/src\/.*\.js$/ }, ({ path }) => {
      const own = JSON.stringify(`../src/${relative(SOURCE, path)}`);
      const contents = readFileSync(path, "utf8")
        .replaceAll("import.meta.url", `new URL(${own}, import.meta.url).href`)
        .replace(/\bimport\((?!\s*["'])/g, "$import(");
      return { contents };
    });
  },
};

/** yargs measures the columns of its own help by string-width, whose patterns take 25 ms to compile. dockopt writes its help itself. */
const noHelpOfYargs: Plugin = {
  name: "no-help-of-yargs",
  setup(bundler) {
    bundler.onResolve({ filter: /^string-width$/ }, ({ path }) => ({ path, namespace: "no-help-of-yargs" }));
    bundler.onLoad({ filter: /.*/, namespace: "no-help-of-yargs" }, () => ({
      contents: "export default (text) => text.length;",
    }));
  },
};

rmSync("dist/bundle", { recursive: true, force: true });
await build({
  entryPoints: [`${SOURCE}/cli/main.js`],
  outfile: BUNDLE,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  mainFields: ["module", "main"],
  // Names stay: a stack trace in the report of a bug must be readable.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "linked",
  external: ["./commands/migrate.js", "./commands/lsp.js"],
  banner: {
    js: 'const $here=require("node:url").pathToFileURL(__filename).href;const $import=(url)=>require("./import.cjs")(url);',
  },
  define: { "import.meta.url": "$here" },
  plugins: [places, noHelpOfYargs],
  logLevel: "warning",
});

writeFileSync("dist/bundle/import.cjs", "module.exports = (url) => import(url);\n");
const samples = ["npm-workspaces", "article-pip", "bundler"].map(
  (name) => `fixtures/split-manifest-copy/${name}/Dockerfile`,
);
execFileSync(process.execPath, ["dist/scripts/code-cache.js", BUNDLE, ...samples], {
  stdio: ["ignore", "ignore", "inherit"],
});
