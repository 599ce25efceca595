import type { Context } from "../../context/context.js";

/**
 * What a thing in the build context is, which says when a build can do without it.
 * - repository: version control, CI and editors read it; no build does, but for a version from git.
 * - docker: what tells the builder how to build is given to it apart from the context.
 * - installed: dependencies that a RUN installs anew.
 * - environment: a virtual environment, which names the machine it was made on.
 * - built: what a RUN builds anew.
 * - leftover: caches, logs and reports that git does not hold.
 * - junk: what nothing ever needs.
 */
type Group = "repository" | "docker" | "installed" | "environment" | "built" | "leftover" | "junk";

interface Kind {
  readonly group: Group;
  /** Of the last part of the path. */
  readonly name: RegExp;
  /** Only there it means what it is taken for. */
  readonly atRoot?: true;
  /** Files beside it that say it is what its name says. */
  readonly beside?: RegExp;
  /** The line for all of its kind, because more will come elsewhere. */
  readonly everywhere?: string;
}

/** In the order of their lines. */
const KINDS: readonly Kind[] = [
  { group: "repository", name: /^\.git$/, atRoot: true },
  { group: "repository", name: /^\.(?:github|gitlab|circleci)$|^\.(?:gitlab-ci|travis|drone)\.ya?ml$/, atRoot: true },
  { group: "repository", name: /^(?:Jenkinsfile|(?:azure|bitbucket)-pipelines\.ya?ml)$/, atRoot: true },
  { group: "repository", name: /^\.(?:vscode|idea|devcontainer)$/, atRoot: true },
  { group: "docker", name: /^(?:Docker|Container)file(?:[._-].+)?$/, atRoot: true },
  { group: "docker", name: /^(?:docker-)?compose(?:[.-].+)?\.ya?ml$/, atRoot: true },
  { group: "docker", name: /^\.dockerignore$/, atRoot: true },
  { group: "installed", name: /^node_modules$/, everywhere: "**/node_modules" },
  { group: "environment", name: /^\.?v?env$/ },
  { group: "built", name: /^(?:dist|build|out|\.next|\.nuxt|\.output|\.svelte-kit)$/, beside: /^package\.json$/ },
  { group: "built", name: /^target$/, beside: /^(?:Cargo\.toml|pom\.xml)$/ },
  { group: "built", name: /^build$/, beside: /^(?:build\.gradle(?:\.kts)?|CMakeLists\.txt)$/ },
  { group: "built", name: /^(?:bin|obj)$/, beside: /\.(?:cs|fs|vb)proj$/ },
  { group: "leftover", name: /^(?:coverage|\.nyc_output|\.cache|\.parcel-cache|\.turbo|\.gradle)$/ },
  { group: "leftover", name: /^\.(?:tox|nox|pytest_cache|mypy_cache|ruff_cache)$/ },
  { group: "leftover", name: /\.log$/, everywhere: "**/*.log" },
  { group: "junk", name: /^__pycache__$/, everywhere: "**/__pycache__" },
  { group: "junk", name: /\.pyc$/, everywhere: "**/*.pyc" },
  { group: "junk", name: /^\.DS_Store$/, everywhere: "**/.DS_Store" },
];

/** Something in the context that may be left out of it. */
export interface Clutter {
  readonly path: string;
  readonly group: Group;
  /** Position of its kind among all. */
  readonly order: number;
  /** The line for all of its kind, where each has not one of its own. */
  readonly everywhere: string | undefined;
  /** Name of the file beside it that says what it is. */
  readonly beside: string | undefined;
}

/** Walks the context as the builder sees it; what is found is not entered. In the order of their lines, then by path. */
export function clutterIn(context: Context): readonly Clutter[] {
  const clutter: Clutter[] = [];
  const enter = (directory: string): void => {
    const names = context.list(directory);
    for (const name of names) {
      const path = directory === "" ? name : `${directory}/${name}`;
      const found = identify(path, name, names, context);
      if (found !== undefined) clutter.push(found);
      else if (context.kind(path) === "directory") enter(path);
    }
  };
  enter("");
  // An ignore file that is to be made would be new in the context, and in the image.
  const made = context.ignoreFile === undefined || context.ignoreFile.path === ".dockerignore";
  if (made && context.rawKind(".dockerignore") === undefined && !context.ignores(".dockerignore"))
    clutter.push(...[identify(".dockerignore", ".dockerignore", [], context)].flatMap((one) => one ?? []));
  return clutter.sort((a, b) => a.order - b.order || (a.path < b.path ? -1 : 1));
}

function identify(path: string, name: string, beside: readonly string[], context: Context): Clutter | undefined {
  // What would have to be escaped in an ignore file is rare, and not worth it.
  if (!/^[\w./@+-]+$/.test(path)) return undefined;
  for (const [order, kind] of KINDS.entries()) {
    if (!kind.name.test(name) || (kind.atRoot === true && path !== name)) continue;
    const witness = kind.beside === undefined ? undefined : beside.find((one) => kind.beside?.test(one));
    if (kind.beside !== undefined && witness === undefined) continue;
    if (isWhatItSeems(path, kind, beside, context))
      return { path, group: kind.group, order, everywhere: kind.everywhere, beside: witness };
  }
  return undefined;
}

function isWhatItSeems(
  path: string,
  { group, everywhere }: Kind,
  beside: readonly string[],
  context: Context,
): boolean {
  const directory = context.kind(path) === "directory";
  switch (group) {
    case "repository":
      return true;
    case "docker":
      return !directory;
    case "installed":
      return directory && context.tracked(path) !== true;
    case "environment":
      return directory && context.tracked(path) !== true && context.kind(`${path}/pyvenv.cfg`) === "file";
    case "built":
      return directory && context.tracked(path) === false;
    case "leftover":
      return directory === (everywhere === undefined) && context.tracked(path) === false;
    case "junk": {
      // A module may be shipped without its source.
      const [, module] = /(?<![^/])([^/]+)\.pyc$/.exec(path) ?? [];
      return context.tracked(path) !== true && (module === undefined || beside.includes(`${module}.py`));
    }
  }
}
