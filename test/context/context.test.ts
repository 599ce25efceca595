import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { loadFolder } from "../../src/context/load-folder.js";
import { loadRevision } from "../../src/context/load-git.js";
import { locateContext } from "../../src/context/locate.js";

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "dockopt-"));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const listed = (files: Readonly<Record<string, string>>, dockerfile?: string) =>
  contextFromList(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    "list",
    dockerfile,
  );

describe("ignore rules", () => {
  const files = { "a.txt": "", "b/c.txt": "", "b/d.log": "", "node_modules/x/y": "" };

  test("what is left out is not there, but was", () => {
    const context = listed({ ...files, ".dockerignore": "node_modules\n**/*.log\n" });
    expect([...context.files()]).toEqual([".dockerignore", "a.txt", "b/c.txt"]);
    expect(context.kind("node_modules")).toBeUndefined();
    expect(context.rawKind("node_modules")).toBe("directory");
    expect(context.ignores("web/x.log")).toBe(true);
  });

  test("an exception below an ignored directory is there", () => {
    const context = listed({ ...files, ".dockerignore": "*\n!b/c.txt\n" });
    expect([...context.files()]).toEqual(["b/c.txt"]);
    expect(context.kind("b")).toBe("directory");
  });

  test("<Dockerfile>.dockerignore wins", () => {
    const context = listed(
      { ...files, ".dockerignore": "a.txt\n", "x.Dockerfile": "", "x.Dockerfile.dockerignore": "b\n" },
      "x.Dockerfile",
    );
    expect(context.ignoreFile?.path).toBe("x.Dockerfile.dockerignore");
    expect([context.kind("a.txt"), context.kind("b")]).toEqual(["file", undefined]);
  });

  test("a pattern that the builder would refuse is told", () => {
    expect(listed({ ".dockerignore": "[\n" }).ignoreProblem).toBe(".dockerignore: `[` is no valid pattern");
  });
});

describe("COPY sources", () => {
  const context = listed({
    "package.json": "",
    "package-lock.json": "",
    ".env": "",
    "src/a.js": "",
    "src/b/c.js": "",
    ".dockerignore": ".env\n",
  });
  test.each([
    [".", [""]],
    ["./", [""]],
    ["/src", ["src"]],
    ["package*.json", ["package-lock.json", "package.json"]],
    ["*/*.js", ["src/a.js"]],
    ["../../src", ["src"]],
    ["*", [".dockerignore", "package-lock.json", "package.json", "src"]],
    ["missing", []],
    [".env", []],
  ])("%s", (source, expected) => {
    expect(context.match(source)).toEqual(expected);
  });

  test("never name what is left out, nor what lies outside", () => {
    const part = fc.constantFrom("..", ".", "src", "*", "?rc", "[a-z]*", ".env", "b", "c.js", "**", "");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        for (const path of context.match(parts.join("/"))) {
          expect(path.startsWith("..") || context.ignores(path)).toBe(false);
          expect(context.kind(path)).toBeDefined();
        }
      }),
    );
  });
});

describe("a folder", () => {
  test("behind a link to a directory there is nothing: the builder sends the link alone", () => {
    const root = folderOf({ "packages/web/package.json": "{}" });
    symlinkSync("packages/web", join(root, "web"));
    const context = loadFolder(root);
    expect(context.list("web")).toEqual([]);
    expect(context.kind("web/package.json")).toBeUndefined();
    expect(context.kind("packages/web/package.json")).toBe("file");
  });

  test("links are followed inside, never outside, and loops end", () => {
    const root = folderOf({ "real/package.json": "{}" });
    symlinkSync("real", join(root, "alias"));
    symlinkSync("loop", join(root, "loop"));
    symlinkSync("/etc/hostname", join(root, "out"));
    symlinkSync("../../../../../etc/hostname", join(root, "up"));
    const context = loadFolder(root);
    expect(context.kind("alias")).toBe("symlink");
    expect(context.read("alias/package.json")).toEqual({ text: "{}" });
    for (const path of ["loop", "out", "up"]) expect(context.read(path)).toHaveProperty("problem");
    expect([...context.files()]).toEqual(["alias", "loop", "out", "real/package.json", "up"]);
  });

  test("what cannot be read has a reason", () => {
    const root = folderOf({ "a/b": "" });
    writeFileSync(join(root, "latin1"), Buffer.from([0xe9]));
    const context = loadFolder(root);
    expect(context.read("latin1")).toEqual({ problem: "it is not UTF-8" });
    expect(context.read("missing")).toHaveProperty("problem");
    expect(context.read("a")).toHaveProperty("problem");
    expect(context.list("latin1")).toEqual([]);
  });

  test("that is not there throws", () => {
    expect(() => loadFolder("/no/such/folder")).toThrow("ENOENT");
  });

  test("an unreadable directory counts as empty", () => {
    const root = folderOf({ "a/b": "" });
    chmodSync(join(root, "a"), 0o000);
    // Root reads it all the same.
    expect(["", "b"]).toContain(loadFolder(root).list("a").join());
    chmodSync(join(root, "a"), 0o755);
  });
});

test("a git revision, without a checkout; git tells leftovers from what is committed", () => {
  const root = folderOf({ "web/package.json": "{}", "web/.dockerignore": "dist\n", "web/dist/x": "" });
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, "-c", "user.name=x", "-c", "user.email=x@example.com", ...args], {
      stdio: "ignore",
    });
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "x");
  writeFileSync(join(root, "web/later"), "");
  const context = loadRevision(root, "HEAD", "web");
  expect([...(context?.files() ?? [])]).toEqual([".dockerignore", "package.json"]);
  expect(context?.read("package.json")).toEqual({ text: "{}" });
  expect([context?.size("package.json"), context?.size("dist")]).toEqual([2, undefined]);
  expect(loadRevision(root, "--upload-pack=x")).toBeUndefined();
  const folder = loadFolder(join(root, "web"));
  expect([folder.size("package.json"), folder.size("dist"), folder.size("nowhere")]).toEqual([2, undefined, undefined]);
  expect([folder.tracked("package.json"), folder.tracked("later"), folder.tracked("dist")]).toEqual([
    true,
    false,
    true,
  ]);
});

test("<Dockerfile>.dockerignore lies beside the Dockerfile as it is named: outside of the context, or a link (measured, docker 20.10)", () => {
  const root = folderOf({
    "web/a": "",
    "web/.dockerignore": "a\n",
    "docker/web.Dockerfile": "",
    "docker/web.Dockerfile.dockerignore": "b\n",
    "docker/link.dockerignore": "c\n",
  });
  symlinkSync("web.Dockerfile", join(root, "docker/link"));
  const ignoreFile = (dockerfile: string): unknown => loadFolder(join(root, "web"), join(root, dockerfile)).ignoreFile;
  expect(ignoreFile("docker/web.Dockerfile")).toEqual({ path: "../docker/web.Dockerfile.dockerignore", text: "b\n" });
  expect(ignoreFile("docker/link")).toEqual({ path: "../docker/link.dockerignore", text: "c\n" });
  expect(ignoreFile("docker/other")).toEqual({ path: ".dockerignore", text: "a\n" });
});

describe("which folder is the context", () => {
  const tree: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "/r/docker": { "entry.sh": "", Dockerfile: "" },
    "/r": { "package.json": "", "docker/entry.sh": "" },
  };
  const open = (folder: string) => listed(tree[folder] ?? {});
  test.each([
    [["entry.sh"], "/r/docker"],
    [["docker/entry.sh"], "/r"],
    [["package.json", "docker/entry.sh"], "/r"],
    [["."], "/r"],
    [[], "/r"],
    [["nowhere"], "/r"],
  ])("COPYs name %j: %s", (sources, folder) => {
    expect(locateContext(["/r/docker", "/r"], sources, open).folder).toBe(folder);
  });

  test("what is missing is told", () => {
    expect(locateContext(["/r"], ["package.json", "x"], open).missing).toEqual(["x"]);
  });
});
