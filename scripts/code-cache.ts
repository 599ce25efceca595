import { readFileSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { resolve } from "node:path";
import { Script } from "node:vm";

/**
 * V8's code cache of the bundle, made after a run over what people have most often: what that compiles need not be compiled again.
 * bin/dockopt.js takes it with the very Node that has made it. Arguments: the bundle, then those of the run.
 */
const [bundle = "", ...argv] = process.argv.slice(2);
const file = resolve(bundle);
const script = new Script(Module.wrap(readFileSync(file, "latin1")), {
  filename: file,
});
const loaded = { exports: {} as { main(argv: readonly string[], cwd: string): Promise<number> } };
const run = script.runInThisContext() as (...parts: readonly unknown[]) => void;
run(loaded.exports, createRequire(file), loaded, file);
await loaded.exports.main(argv, process.cwd());
await loaded.exports.main(["--help"], process.cwd());
writeFileSync(`${file}.${process.version}-${process.platform}-${process.arch}.cache`, script.createCachedData());
