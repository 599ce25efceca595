import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startFakeGithub } from "../migrate/fake-github.js";
import type { FakeHost } from "../migrate/fake-host.js";
import { makeRepository, NODE, runBeside, type Ran } from "../migrate/repositories.js";

const FIXTURE = "fixtures/split-manifest-copy/npm-workspaces";

/** As the pages write it. */
const TOKEN = "...";

/** A place where what a page shows can be done: a project with Dockerfiles in git, dockopt among the programs, a code host. */
export interface World {
  /** Runs a block of shell as a reader would, in the project; each line that fails is told. */
  run(script: string): Promise<Ran & { readonly failures: readonly Failure[] }>;
  close(): Promise<void>;
}

export interface Failure {
  readonly status: number;
  readonly command: string;
}

export async function createWorld(): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), "dockopt-docs-"));
  const project = makeProject(root);
  makePrograms(join(root, "bin"));
  const repositories = join(root, "repositories");
  makeRepository(repositories, "acme/web", NODE);
  makeRepository(repositories, "acme/none", { "README.md": "none\n" });
  const github = await startFakeGithub({
    token: TOKEN,
    folder: repositories,
    repositories: ["acme/web", "acme/none"].map((slug) => ({ slug, language: "TypeScript" })),
  });
  makePlugins(project);
  writeFileSync(join(project, "repos.txt"), `${github.git("acme/web")}\n`);
  return {
    run: (script) => runBlock(script, project, environment(root, github)),
    async close() {
      await github.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function makeProject(root: string): string {
  const project = join(root, "project");
  cpSync(`${FIXTURE}/context`, project, { recursive: true });
  for (const folder of ["src", "svc"]) mkdirSync(join(project, folder), { recursive: true });
  for (const path of ["Dockerfile", "svc/Dockerfile"]) cpSync(`${FIXTURE}/Dockerfile`, join(project, path));
  writeFileSync(join(project, ".gitignore"), ".dockopt-migrate\nstate\nnode_modules\n");
  const git = (...args: readonly string[]): void => {
    execFileSync("git", ["-C", project, "-c", "user.name=people", "-c", "user.email=people@example.com", ...args]);
  };
  git("init", "--quiet", "-b", "main");
  for (const text of ["1", "2"]) {
    writeFileSync(join(project, "src/index.js"), `${text};\n`);
    git("add", "-A");
    git("commit", "--quiet", "-m", text);
  }
  return project;
}

/** Plug-ins as the pages name them: a file, and packages that are there already, as npm would leave them. */
function makePlugins(project: string): void {
  const plugin = `export default { name: "mine", transforms: [{
  name: "note-authors", summary: "Write a label for MAINTAINER", docs: "Why.", safety: "suggested", *propose() {} }] };\n`;
  writeFileSync(join(project, "mine.js"), plugin);
  const folder = join(project, "node_modules/dockopt-plugin-mine");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    '{ "name": "dockopt-plugin-mine", "type": "module", "exports": "./index.js" }',
  );
  writeFileSync(join(folder, "index.js"), plugin);
}

/** dockopt as it is installed; npx as if it were published; multi-gitter as far as its contract with a command goes. */
function makePrograms(folder: string): void {
  mkdirSync(folder);
  const dockopt = `exec node ${JSON.stringify(resolve("bin/dockopt.js"))}`;
  const programs = {
    dockopt: `${dockopt} "$@"`,
    npx: `while [ "\${1#-}" != "$1" ]; do shift; done\ncase $1 in dockopt|dockopt@*) shift; ${dockopt} "$@";; esac\nexit 127`,
    "multi-gitter": `copy=$(mktemp -d) && git clone --quiet . "$copy" && cd "$copy" && bash -c "$2" && git add -A && ! git diff --cached --quiet`,
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
}

function environment(root: string, github: FakeHost): Record<string, string | undefined> {
  return {
    ...process.env,
    PATH: `${join(root, "bin")}:${process.env["PATH"] ?? ""}`,
    HOME: root,
    TMPDIR: root,
    // What CI of the host would set.
    GITHUB_API_URL: github.api,
    GITHUB_TOKEN: TOKEN,
    GITHUB_STEP_SUMMARY: join(root, "summary.md"),
    JOB_COMPLETION_INDEX: "0",
    FAILURES: join(root, "failures"),
    NO_COLOR: "1",
  };
}

/** What never ends by itself runs beside the rest of the block, until the block is done. */
const ENDLESS = /^dockopt migrate worker [^#\n]*/gm;

async function runBlock(
  script: string,
  cwd: string,
  env: Record<string, string | undefined>,
): ReturnType<World["run"]> {
  const log = env["FAILURES"] ?? "";
  writeFileSync(log, "");
  const noted = `trap 'printf "%s\\t%s\\n" "$?" "$BASH_COMMAND" >> "$FAILURES"' ERR\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n`;
  const text = noted + script.replace(ENDLESS, "$& &\n");
  const ran = await runBeside("bash", ["-c", text], { cwd, env });
  const failures = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ status: Number(line.split("\t")[0]), command: line.split("\t").slice(1).join("\t") }));
  return { ...ran, failures };
}
