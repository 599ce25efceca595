import { expand, grammarWith, type Rules } from "../grammar.js";
import { choose, percent, type Random } from "../random.js";
import { node } from "./node.js";
import { others } from "./others.js";
import { python } from "./python.js";
import type { World } from "./world.js";

/** What manifests hold that nobody expects: paths that lead out, names that JavaScript gives a meaning, text of a shell. */
const VALUES: Rules = {
  odd: [
    "",
    "..",
    "../../x",
    "/etc/passwd",
    "a b",
    "*",
    "[",
    "$HOME",
    "$(x)",
    "`x`",
    "__proto__",
    "constructor",
    "é𐐀",
    "#",
    "a\\tb",
  ],
  version: [
    "1.0.0",
    "^1.2",
    "*",
    "file:./lib",
    "file:../«odd»",
    "workspace:*",
    "link:lib",
    "git+https://x.org/r",
    "«odd»",
    "npm:b@1",
    "",
  ],
  json: [
    "null",
    "0",
    '"«odd»"',
    "[]",
    "{}",
    "[«json»]",
    '{"«odd»": «json»}',
    '{"__proto__": «json»}',
    "1e999",
    "«json»,",
    "",
  ],
  script: [
    "node build.js",
    "husky install",
    "tsc -p .",
    "node-gyp rebuild",
    "patch-package",
    "«chain»",
    "«odd»",
    "./scripts/run.sh",
  ],
};

const SOURCE: World["files"] = {
  "src/index.js": ["console.log(1)\n"],
  "README.md": ["# a\n"],
  "scripts/run.sh": ["#!/bin/sh\n«chain»\n", "#!/usr/bin/env bash\nset -e\n«chain»\n«chain»\n"],
  Makefile: ["all:\n\tgo build ./...\n", "-include .env\nA := $(shell «command»)\n"],
  "conf/x": ["x\n"],
  "lib/a.txt": ["a\n"],
  ".git/HEAD": ["ref: refs/heads/main\n"],
  "node_modules/b/index.js": ["1\n"],
  "target/x": [""],
  ".dockerignore": [
    "«ignore»",
    "node_modules\n.git\n",
    "**\n!src\n!package.json\n",
    "**/node_modules\ntarget\n«ignore»",
  ],
};

/** A project of some ecosystem, made up. */
export interface Project {
  readonly rules: Rules;
  /** Rules for the files of its context by path. */
  readonly files: World["files"];
}

export const PROJECTS: readonly Project[] = [...node, ...python, ...others].map(({ words, files }) => ({
  rules: grammarWith({ ...VALUES, ...words }),
  files,
}));

/** Files of a project; most are there, some hold what they never should. */
export function generateFiles({ rules, files }: Project, pick: Random): Record<string, string> {
  const made: Record<string, string> = {};
  const add = (from: World["files"], share: number): void => {
    for (const [path, forms] of Object.entries(from))
      if (percent(share, pick))
        made[path] = expand(rules, percent(55, pick) ? (forms[0] ?? "") : choose(forms, pick), pick);
  };
  add(files, 85);
  add(SOURCE, 45);
  return made;
}
