#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

/** @type {{ start: () => Promise<void> }} */
const program = ["migrate", "lsp"].includes(process.argv[2] ?? "") ? await modules() : bundle();
await program.start();

/** What runs long is not in the bundle (scripts/bundle.ts). */
async function modules() {
  return import("../dist/src/cli/main.js");
}

/** The command line in one file: compiled already for the Node that has built it, else by Node's own compile cache (from 22.1 on). */
function bundle() {
  const file = fileURLToPath(new URL("../dist/bundle/dockopt.cjs", import.meta.url));
  const require = module.createRequire(file);
  const cache = `${file}.${process.version}-${process.platform}-${process.arch}.cache`;
  if (!existsSync(cache)) {
    module.enableCompileCache?.();
    return require(file);
  }
  const script = new Script(module.wrap(readFileSync(file, "latin1")), {
    filename: file,
    cachedData: readFileSync(cache),
  });
  const loaded = { exports: {} };
  script.runInThisContext()(loaded.exports, require, loaded, file);
  return loaded.exports;
}
