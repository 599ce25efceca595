import type { Context } from "../context/context.js";
import type { GivenCode } from "../refusals.js";
import type { Command } from "../shell/script.js";

/** Where and how a command runs. */
export interface Site {
  /** Working directory in the image at the command: absolute, or undefined when unknown. */
  readonly cwd: string;
  /** Environment and build arguments in force (ENV, ARG defaults, `export`, leading assignments); a value that is not known is undefined. */
  readonly env: ReadonlyMap<string, string | undefined>;
  /** Image reference of the stage's base ("node:20-alpine"), through `FROM stage`; undefined when it holds an unknown ARG. */
  readonly image: string | undefined;
  /** USER in force as written; undefined means the base image's (root for most). */
  readonly user: string | undefined;
  /** Turns an image path (absolute, or relative to `cwd`) into the context path it was copied from; undefined when no COPY brings it. */
  toContext(imagePath: string): string | undefined;
  /** Commands that have run before in this stage and those it is built on, for certain and as the same user: settings that a tool was given. */
  earlier(): readonly Ran[];
}

/** A command and where it ran. */
export interface Ran {
  readonly command: Command;
  readonly site: Site;
}

/** The project's dependency install as one command performs it. */
export interface Install {
  readonly command: Command;
  /** Image path of the directory the tool works in (after -C, --prefix, --cwd ...). */
  readonly directory: string;
  /** For people: "npm ci". */
  readonly label: string;
}

/** Every context file an install reads. */
export interface Inputs {
  /** Context paths (files; a directory means its whole content, e.g. "patches"). All exist in the filtered context. Manifest first, lockfile second, rest sorted. */
  readonly paths: readonly string[];
  /** Image paths outside of the project that a manifest names (`source "file:///gems"`). */
  readonly told?: readonly string[];
  /** Things a reviewer should know ("no lockfile: the cached layer keeps the versions of the day it was built"). */
  readonly notes: readonly string[];
  /** The command needs the source ("go build", `uv sync` of a package), but a first step of it does not: that step, to be run before. */
  readonly insert?: {
    readonly text: string;
    /** Image path to run it in. */
    readonly directory: string;
    /** It only fills a cache that is addressed by content: a step that looks there finds what it would have fetched itself. */
    readonly cacheOnly?: true;
    /** Context paths of the scripts that start it, which it reads as they lie in the context: a `chmod` of them may as well follow it. */
    readonly scripts?: readonly string[];
  };
  /** Set when the inputs are right in all known cases, but not proven. */
  readonly unproven?: string;
  /** Image paths that it looks at beside these ("global.json" in a directory above), where the context has nothing: an earlier step may. */
  readonly probes?: readonly string[];
  /** Variables of the environment that the inputs themselves read (`$(VERSION)` in a project file), however they are called. */
  readonly variables?: readonly string[];
}

/** Why the install cannot run before the source is copied. */
export interface InputsRefusal {
  readonly code: GivenCode;
  /** "package.json: postinstall runs `node scripts/setup.js`, which is source" */
  readonly reason: string;
}

/** What the install leaves behind where a later copy of the source could land on it. */
export interface Output {
  /** Image path (absolute) of a file or directory that the install writes. */
  readonly path: string;
  /** "install": made by the install (node_modules, .venv): a developer's own may lie in the context, so it belongs in .dockerignore.
   *  "rewritten": a context file that the install may rewrite (package-lock.json): the later copy restores the context's. */
  readonly kind: "installed" | "rewritten";
  /** For "installed": the line for .dockerignore that keeps a local one out ("**\/node_modules" or "node_modules"). */
  readonly ignorePattern?: string;
}

/** A directory in which a tool keeps what saves it work: a later run does without, but slower. */
export interface ToolCache {
  /** Image path. */
  readonly path: string;
  /**
   * downloads: an install takes from it what it then puts elsewhere (npm's, pip's cache). dependencies: later steps, and programs at run
   * time, use what lies there (Go modules, ~/.m2). builds: what a compiler has made so far.
   */
  readonly holds: "downloads" | "dependencies" | "builds";
  /** "locked": two builds must not use it at once. */
  readonly sharing?: "locked";
  /** A name of its own, where the path says not whose the cache is. */
  readonly id?: string;
  /** What the command makes for others lies in it as well: below a mount, it has to be taken out in the same RUN. Or why that cannot be done. */
  readonly results?: Results | InputsRefusal;
}

/** How results and a kept cache get along. */
export interface Results {
  /** Image paths of what the command makes for others; undefined when that cannot be told. */
  readonly files: readonly string[] | undefined;
  /** To be run first: removes from a kept cache what the tool might wrongly take for up to date. */
  readonly renew: string;
  /** The variable that moves the cache elsewhere; undefined: the command itself says where it lies. */
  readonly variable: string | undefined;
  /** What may put more files beside those, which a program that starts there may look for ("build.rs"). */
  readonly companions: string | undefined;
}

/** A tool that keeps caches. */
export interface CacheUser {
  /** Lower case: "npm", "apt". */
  readonly name: string;
  /**
   * The caches that this command of the tool fills or reads, whether or not it is the project's install; undefined when it uses none; a refusal
   * when a mount there would do nothing or harm (`--no-cache-dir`, `--offline`, a directory that only the build knows). `beside`: all commands of the RUN.
   */
  caches?(
    command: Command,
    site: Site,
    context: Context | undefined,
    beside: readonly Command[],
  ): readonly ToolCache[] | InputsRefusal | undefined;
  /** A command that has to run first in a RUN that mounts the caches, or they would keep nothing. */
  readonly prepare?: string;
  /** A clean-up that would empty the mounted caches and is needless beside them. */
  clears?(command: Command): boolean;
  /** It fetches or builds what the builds depend on, ahead of the source (`cargo chef cook`): nothing is inserted before them then. */
  fetchesAhead?(command: Command): boolean;
}

/** One package manager. One file each. Ecosystems know nothing of each other; shared readers live beside them (package-json.ts, requirements.ts). */
export interface Ecosystem extends CacheUser {
  /** Files beside the manifest that an install reads when they are there, whoever puts them there (".npmrc" made by an earlier RUN). */
  readonly reads: readonly string[];
  /** Is this command the project's dependency install (not `npm install -g x`, `npm run build`, `pip install requests`)? Cheap and purely from the command. */
  install(command: Command, site: Site): Install | undefined;
  /** Every context file the install reads, or why that cannot be told. Reads the context through `site.toContext`. */
  inputs(install: Install, site: Site, context: Context): Inputs | InputsRefusal;
  outputs(install: Install, site: Site, context: Context): readonly Output[];
  /** Is this command only a clean-up after the install (`npm cache clean --force`), so that it stays in the same RUN? */
  cleanup?(command: Command): boolean;
}

/** What people want to know of a package manager: `dockopt explain`, docs/ecosystems/. */
export interface About {
  /** "Packages of Node.js with npm" */
  readonly summary: string;
  /** Some commands that count as the project's install; the first is the usual one. */
  readonly installs: readonly string[];
  readonly manifests: readonly string[];
  readonly lockfiles: readonly string[];
  /** What an install leaves behind. */
  readonly makes: readonly string[];
  /** Markdown: what else is read; when it is less safe, or left alone. */
  readonly docs: string;
}

/** One that dockopt itself knows. */
export interface KnownEcosystem extends Ecosystem {
  readonly about: About;
}

export function isRefused(inputs: Inputs | InputsRefusal): inputs is InputsRefusal {
  return "reason" in inputs;
}
