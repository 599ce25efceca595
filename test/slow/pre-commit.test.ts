import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { isDockerfile } from "../../src/project/names.js";

const works = (command: string): boolean => spawnSync(command, ["--version"]).status === 0;
const hooks = parse(readFileSync(".pre-commit-hooks.yaml", "utf8")) as readonly {
  readonly id: string;
  readonly files: string;
}[];

describe.skipIf(!works("python3"))("the hooks' pattern", () => {
  test.each(hooks)("$id takes what dockopt takes for a Dockerfile by its name", ({ files }) => {
    const names = ["Dockerfile", "Containerfile", "dockerfile", "DOCKERFILE", "xDockerfile", "Dockerfiles", "a"];
    const ends = ["", ".dev", "-dev", "_dev", ".md", ".MD", ".j2", ".jinja2", ".in", ".tmpl.prod", ".dockerignore"];
    const suffixed = ["dev.Dockerfile", "dev.dockerfile", "dev.DOCKERFILE", ".dockerfile", "x.containerfile", "a.txt"];
    const all = [...names.flatMap((name) => ends.map((end) => name + end)), ...suffixed, "a.Dockerfile.orig"];
    const paths = ["", "svc/", "Dockerfile/", "a.md/", "x y/"].flatMap((folder) => all.map((name) => folder + name));
    const script = "import json,re,sys\np,n=json.load(sys.stdin)\nprint(json.dumps([x for x in n if re.search(p,x)]))";
    const found = execFileSync("python3", ["-c", script], { input: JSON.stringify([files, paths]), encoding: "utf8" });
    expect(JSON.parse(found)).toEqual(paths.filter((path) => isDockerfile(path.slice(path.lastIndexOf("/") + 1))));
  });
});

if (!works("pre-commit")) console.log("skipped: pre-commit is not installed (apt-get install pre-commit)");

describe.skipIf(!works("pre-commit"))("with the real pre-commit", () => {
  const folder = mkdtempSync(join(tmpdir(), "dockopt-pre-commit-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What git would push of this checkout, with what is not committed yet. */
  function release(to: string): void {
    const files = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], { encoding: "utf8" });
    for (const file of files.split("\0").filter((name) => name !== "" && !name.startsWith("test/")))
      cpSync(file, join(to, file));
  }
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd, encoding: "utf8" });
  const commitAll = (cwd: string): string => {
    git(cwd, "init", "-q");
    git(cwd, "add", "-A");
    git(cwd, "commit", "-q", "-m", "x");
    return git(cwd, "rev-parse", "HEAD").trim();
  };

  test("installs from git, fails on what it rewrites, is content the second time", { timeout: 1_500_000 }, () => {
    const [repository, user] = [join(folder, "dockopt"), join(folder, "user")];
    release(repository);
    const rev = commitAll(repository);
    cpSync(resolve("fixtures/split-manifest-copy/npm-workspaces/context"), user, { recursive: true });
    cpSync("fixtures/split-manifest-copy/npm-workspaces/Dockerfile", join(user, "Dockerfile"));
    const config = { repos: [{ repo: repository, rev, hooks: [{ id: "dockopt-check" }, { id: "dockopt" }] }] };
    writeFileSync(join(user, ".pre-commit-config.yaml"), JSON.stringify(config));
    commitAll(user);
    const run = () =>
      spawnSync("pre-commit", ["run", "--all-files"], {
        cwd: user,
        encoding: "utf8",
        env: { ...process.env, PRE_COMMIT_HOME: join(folder, "home") },
      });
    const first = run();
    expect(first.status, first.stdout + first.stderr).toBe(1);
    expect(first.stdout).toMatch(/dockopt --check\.+Failed[^]*dockopt\.+Failed[^]*files were modified by this hook/);
    expect(readFileSync(join(user, "Dockerfile"), "utf8")).toBe(
      readFileSync("fixtures/split-manifest-copy/npm-workspaces/expected.Dockerfile", "utf8"),
    );
    const second = run();
    expect(second.status, second.stdout).toBe(0);
    expect(second.stdout).toMatch(/dockopt --check\.+Passed\ndockopt\.+Passed\n/);
  });
});
