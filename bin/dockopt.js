#!/usr/bin/env node
// Not a module (bin/package.json): that starts sooner.
"use strict";
const { existsSync, readFileSync } = require("node:fs");
const nodeModule = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

start();

async function start() {
  /** @type {{ start: () => Promise<void> }} */
  const program = ["migrate", "lsp"].includes(process.argv[2] ?? "") ? await modules() : bundle();
  await program.start();
}

/** What runs long is not in the bundle (scripts/bundle.ts). */
function modules() {
  return import("../dist/src/cli/main.js");
}

/** The command line in one file: compiled already for the Node that has built it, else by Node's own compile cache (from 22.1 on). */
function bundle() {
  const file = join(__dirname, "../dist/bundle/dockopt.cjs");
  const load = nodeModule.createRequire(file);
  const cache = `${file}.${process.version}-${process.platform}-${process.arch}.cache`;
  if (!existsSync(cache)) {
    nodeModule.enableCompileCache?.();
    return load(file);
  }
  const script = new Script(nodeModule.wrap(readFileSync(file, "latin1")), {
    filename: file,
    cachedData: readFileSync(cache),
  });
  const loaded = { exports: {} };
  script.runInThisContext()(loaded.exports, load, loaded, file);
  return loaded.exports;
}
