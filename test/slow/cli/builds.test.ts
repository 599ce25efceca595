import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sandbox } from "../../cli/process.js";

const { root, put, dockopt, git } = sandbox();
const SIMPLE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const SPLIT = "FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n";

/** A project in a folder ("" is the root). */
const project = (folder: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({
      "package.json": "{}",
      "package-lock.json": "{}",
      ".dockerignore": "node_modules\n",
      "src/a.js": "",
      ...more,
    }).map(([path, text]) => [folder === "" ? path : `${folder}/${path}`, text]),
  );

interface Json {
  readonly files: readonly {
    readonly path: string;
    readonly changed: boolean;
    readonly context: { readonly folder: string; readonly why: string } | null;
    readonly contexts: readonly { readonly folder: string; readonly why: string }[];
    readonly refused: readonly { readonly code: string; readonly reason: string }[];
    readonly companions: readonly string[];
  }[];
}

const json = (...args: readonly string[]): Json["files"] =>
  (JSON.parse(dockopt(["-f", "json", ...args]).stdout) as Json).files;
const read = (path: string): string => readFileSync(join(root(), path), "utf8");

describe("the context is the one that builds name", () => {
  test("by compose, for several services; text and JSON say so", () => {
    put({
      ...project("web"),
      "web/docker/Dockerfile": SIMPLE,
      "compose.yaml":
        "services:\n  web: &w\n    build: {context: web, dockerfile: docker/Dockerfile}\n  worker:\n    <<: *w\n",
    });
    expect(dockopt(["web/docker/Dockerfile"]).stdout.replace(/\s+/g, " ")).toContain(
      "Build context: web (compose.yaml: services web, worker).",
    );
    expect(json(".")[0]).toMatchObject({
      path: "web/docker/Dockerfile",
      changed: true,
      context: { folder: "web", why: "compose.yaml: services web, worker" },
    });
    expect(dockopt(["-w", "."]).status).toBe(0);
    expect(read("web/docker/Dockerfile")).toBe(SPLIT);
  });

  test("by bake, also from a file in a folder of its own that is run from the root", () => {
    put({
      ...project("api"),
      "docker/api.build": SIMPLE,
      "ci/docker-bake.hcl":
        'variable "DIR" { default = "api" }\ntarget "api" {\n  context = DIR\n  dockerfile = "../docker/api.build"\n}\n',
    });
    git("init", "-q");
    expect(json(".")).toMatchObject([
      { path: "docker/api.build", changed: true, context: { folder: "api", why: "ci/docker-bake.hcl: target api" } },
    ]);
  });

  test("--context wins; who builds nothing here changes nothing", () => {
    put({
      ...project("web"),
      ...project("", {
        Dockerfile: SIMPLE,
        "compose.yaml": "services: {a: {build: {context: web, dockerfile: ../Dockerfile}}, b: {image: x}}\n",
      }),
    });
    expect(json("Dockerfile")[0]?.context?.folder).toBe("web");
    expect(json("--context", ".", "Dockerfile")[0]?.context).toMatchObject({
      folder: ".",
      why: "given with --context",
    });
    rmSync(join(root(), "compose.yaml"));
    expect(json("Dockerfile")[0]?.context?.folder).toBe(".");
  });

  test("above the Dockerfile and below, by files of any of the names, included and extended ones", () => {
    put({
      ...project("svc/a", { Dockerfile: SIMPLE }),
      ...project("svc/b", { Containerfile: SIMPLE }),
      ...project("svc/c", { Dockerfile_c: SIMPLE }),
      "deploy/docker-compose-prod.yml": "services: {a: {build: ../svc/a}}\n",
      "podman-compose.yml": "services: {b: {build: svc/b}}\ninclude: [deploy/extra.yaml]\n",
      "deploy/extra.yaml": "services: {c: {extends: {file: base/common.yaml, service: base}}}\n",
      "deploy/base/common.yaml": "services: {base: {build: {context: ../../svc/c, dockerfile: Dockerfile_c}}}\n",
    });
    git("init", "-q");
    expect(json(".").map(({ path, context }) => [path, context?.why])).toEqual([
      ["svc/a/Dockerfile", "deploy/docker-compose-prod.yml: service a"],
      ["svc/b/Containerfile", "podman-compose.yml: service b"],
      ["svc/c/Dockerfile_c", "deploy/extra.yaml: service c"],
    ]);
  });

  test("ignored files are not read", () => {
    put({
      ...project("", { Dockerfile: SIMPLE }),
      "x/f": "",
      "compose.yaml": "services: {a: {build: {context: x, dockerfile: ../Dockerfile}}}\n",
      ".gitignore": "compose.yaml\n",
    });
    git("init", "-q");
    expect(json("Dockerfile")[0]?.context?.folder).toBe(".");
  });

  test("<Dockerfile>.dockerignore holds for the build's context", () => {
    put({
      ...project("", { ".dockerignore": "" }),
      "docker/app.Dockerfile": SIMPLE,
      "docker/app.Dockerfile.dockerignore": "*.log\n",
      "compose.yaml": "services: {a: {build: {context: ., dockerfile: docker/app.Dockerfile}}}\n",
    });
    expect(dockopt(["-w", "."]).status).toBe(0);
    expect(read("docker/app.Dockerfile")).toBe(SPLIT);
    expect([read("docker/app.Dockerfile.dockerignore"), read(".dockerignore")]).toEqual(["*.log\nnode_modules\n", ""]);
  });
});

describe("several contexts", () => {
  const COMPOSE =
    "services:\n  a: {build: {context: a, dockerfile: ../Dockerfile}}\n  b: {build: {context: b, dockerfile: ../Dockerfile}}\n";

  test("a rewrite that is the same in all of them is made, with the ignore file of each", () => {
    put({
      ...project("a", { ".dockerignore": "*.log\n" }),
      ...project("b"),
      Dockerfile: SIMPLE,
      "compose.yaml": COMPOSE,
    });
    expect(json("Dockerfile")[0]).toMatchObject({
      changed: true,
      contexts: [{ folder: "a" }, { folder: "b" }],
    });
    expect(dockopt(["-w", "Dockerfile"]).status).toBe(0);
    expect([read("Dockerfile"), read("a/.dockerignore"), read("b/.dockerignore")]).toEqual([
      SPLIT,
      "*.log\nnode_modules\n",
      "node_modules\n",
    ]);
    expect(dockopt(["--check", "."]).status).toBe(0);
  });

  test("one that is not is left alone, and both are named", () => {
    put({ ...project("a"), ...project("b", { ".npmrc": "" }), Dockerfile: SIMPLE, "compose.yaml": COMPOSE });
    const [file] = json("Dockerfile");
    expect(file).toMatchObject({ changed: false, companions: [], refused: [{ code: "contexts-differ" }] });
    expect(file?.refused[0]?.reason).toBe(
      "it is built by compose.yaml: service a from a and by compose.yaml: service b from b, and a rewrite would not be the same for both; --context takes one of them",
    );
    expect(json("--context", "b", "Dockerfile")[0]?.changed).toBe(true);
    expect(dockopt(["layers", "Dockerfile"]).stdout).not.toContain("rewritten:");
    expect(dockopt(["verify", "Dockerfile"]).stdout).toContain("nothing to rewrite");
  });

  test("an ignore file that serves both gets what both need, or nothing is done", () => {
    put({
      ...project("", {
        "a/package.json": "{}",
        "a/package-lock.json": "{}",
        "a/b.js": "",
        Dockerfile: SIMPLE,
        "Dockerfile.dockerignore": "*.log\n",
      }),
      "compose.yaml": "services:\n  a: {build: .}\n  b: {build: {context: a, dockerfile: ../Dockerfile}}\n",
    });
    const [file] = json("Dockerfile");
    expect(file?.refused.map((one) => one.code)).not.toContain("contexts-differ");
    expect(dockopt(["-w", "Dockerfile"]).status).toBe(0);
    expect(read("Dockerfile.dockerignore")).toBe("*.log\nnode_modules\n");
  });

  test("bake and compose may disagree as well", () => {
    put({
      ...project("a"),
      ...project("", { Dockerfile: SIMPLE, ".npmrc": "" }),
      "docker-compose.yml": "services: {web: {build: .}}\n",
      "docker-bake.json": '{"target": {"web": {"context": "a", "dockerfile": "../Dockerfile"}}}',
    });
    expect(json("Dockerfile")[0]?.refused[0]).toMatchObject({ code: "contexts-differ" });
  });
});

describe("what leads out of the repository is not followed", () => {
  test.each([
    ["above it", "{context: .., dockerfile: repo/Dockerfile}", "which lies outside of the repository"],
    ["a link out of it", "{context: link, dockerfile: ../Dockerfile}", "which lies outside of the repository"],
    ["nowhere", "{context: dist, dockerfile: ../Dockerfile}", "which is not there"],
  ])("%s: the file is left alone", (_, build, why) => {
    put({
      ...project("repo", { Dockerfile: SIMPLE }),
      ...project("other"),
      "repo/compose.yaml": `services:\n  web:\n    build: ${build}\n`,
    });
    symlinkSync("../other", join(root(), "repo/link"));
    const run = (...args: readonly string[]): Json["files"][number] | undefined =>
      (JSON.parse(dockopt(["-f", "json", ...args]).stdout) as Json).files[0];
    git("init", "-q", "repo");
    const file = run("repo/Dockerfile");
    expect(file).toMatchObject({ changed: false, contexts: [], refused: [{ code: "context-unreadable" }] });
    expect(file?.refused[0]?.reason).toContain(`repo/compose.yaml: service web builds it from `);
    expect(file?.refused[0]?.reason).toContain(why);
    expect(run("--context", "repo", "repo/Dockerfile")?.changed).toBe(true);
    expect(dockopt(["repo/Dockerfile"]).stdout).not.toContain("Build context");
    expect(dockopt(["verify", "repo/Dockerfile"])).toMatchObject({ status: 3 });
  });

  test("compose files and what they extend, by links", () => {
    put({
      ...project("repo", { Dockerfile: SIMPLE }),
      "repo/x/f": "",
      "out.yaml": "services: {a: {build: {context: x, dockerfile: ../Dockerfile}}}\n",
      "repo/compose.yaml": "services: {b: {extends: {file: ../out.yaml, service: a}}}\n",
    });
    symlinkSync("../out.yaml", join(root(), "repo/docker-compose.yml"));
    git("init", "-q", "repo");
    expect(json("repo/Dockerfile")[0]?.context?.why).toBe("it is the Dockerfile's folder");
  });
});

describe("compose and bake files that cannot be read, or say what is not here", () => {
  test("are warnings with their place; the rest is done", () => {
    put({
      ...project("", { Dockerfile: SIMPLE }),
      "compose.yaml": "services:\n  web:\n    build: {\n",
      "docker-bake.hcl": 'target "a" {\n  context = "x\n}\n',
      "sub/docker-bake.json": "{",
      "sub/docker-compose.yml": "services: {a: {build: {context: .., dockerfile: Dockerfile}}}\n",
    });
    const { status, stdout, stderr } = dockopt(["."]);
    expect(status).toBe(0);
    expect(stdout).toContain("+COPY package.json package-lock.json ./");
    expect(stdout).toContain("sub/docker-compose.yml: service a");
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^compose\.yaml:4:1: ./),
      "docker-bake.hcl:2:13: the text is not closed",
      expect.stringMatching(/^sub\/docker-bake\.json:1:2: it is no JSON \(/),
    ]);
    expect(dockopt(["-q", "."]).stderr).toBe("");
  });

  test("inline Dockerfiles and remote contexts are said where a folder is searched", () => {
    put({
      ...project("", { Dockerfile: SIMPLE }),
      "compose.yaml":
        "services:\n  a:\n    build:\n      dockerfile_inline: FROM x\n  b:\n    build: https://github.com/x/y.git#main\n  c:\n    build: .\n",
    });
    const { stderr } = dockopt(["."]);
    expect(stderr.trim().split("\n")).toEqual([
      "compose.yaml:2:3: service a has its Dockerfile inline, which is not rewritten",
      "compose.yaml:5:3: service b is built from https://github.com/x/y.git#main, which is not here",
    ]);
    expect(dockopt(["Dockerfile"]).stderr).toBe("");
  });

  test("huge, binary and odd ones do no harm", () => {
    put({
      ...project("", { Dockerfile: SIMPLE }),
      "a/compose.yaml": `services: {a: {build: {context: .., dockerfile: "x\\0y"}}}\n`,
      "b/compose.yaml": Buffer.from([0xff, 0, 1]).toString("latin1"),
      "c/compose.yaml": `# ${"x".repeat(2_000_000)}\nservices: [\n`,
      "d/compose.yaml": `services: {a: {build: ${"y".repeat(10_000)}}}\n`,
    });
    mkdirSync(join(root(), "e/compose.yaml"), { recursive: true });
    symlinkSync("compose.yaml", join(root(), "docker-compose.yml"));
    const { status, stderr } = dockopt(["Dockerfile"]);
    expect(status).toBe(0);
    expect(stderr).not.toContain("    at ");
  });
});

describe("arguments, named contexts and targets", () => {
  const compose = (build: string): string => `services:\n  web:\n    build:\n      context: .\n${build}`;
  /** The WORKDIR may make /app before the COPY does where the image is known to be root's. */
  const BY_IMAGE = "ARG BASE=node:20\nFROM ${BASE}\nCOPY . /app\nWORKDIR /app\nRUN npm ci\n";

  test.each([
    ["the default holds", "", true],
    ["another known image", "      args: {BASE: 'node:22'}\n", true],
    ["an image that is not known", "      args: {BASE: 'corp/node'}\n", false],
    ["a value that is not known", "      args: {BASE: $BASE}\n", false],
    ["what the environment may set", "      args: [BASE]\n", true],
    ["builds that differ", "      args: {BASE: 'node:22'}\n  other:\n    build: .\n", false],
    ["a named context in its place", "      additional_contexts: {'node:20': 'docker-image://corp/node'}\n", false],
  ])("FROM an argument: %s", (_, build, isKnown) => {
    put({ ...project("", { Dockerfile: BY_IMAGE, "compose.yaml": compose(build) }) });
    const { stdout } = dockopt(["--diff", "Dockerfile"]);
    expect(stdout).toContain(
      isKnown ? "-COPY . /app\n WORKDIR /app\n+COPY package.json" : "-COPY . /app\n+COPY package.json",
    );
  });

  test("a stage that a named context replaces: the file is left alone", () => {
    put({
      ...project("", {
        Dockerfile: "FROM node:20 AS Deps\nWORKDIR /app\nCOPY . .\nRUN npm ci\nFROM deps\n",
        "compose.yaml": compose("      additional_contexts: {deps: 'service:x'}\n"),
      }),
    });
    expect(json("Dockerfile")[0]).toMatchObject({
      changed: false,
      refused: [
        {
          code: "stage-replaced",
          reason: expect.stringContaining("compose.yaml: service web puts the named context deps in place") as string,
        },
      ],
    });
  });

  test("what is copied from a named context is not taken for the build context", () => {
    put({
      ...project("", {
        Dockerfile: "FROM node:20\nWORKDIR /app\nCOPY --from=src . .\nRUN npm ci\n",
        "compose.yaml": compose("      additional_contexts: [src=..]\n"),
      }),
    });
    expect(json("Dockerfile")[0]).toMatchObject({ changed: false, context: { why: "compose.yaml: service web" } });
  });

  test("a stage that somebody builds counts as built", () => {
    const Dockerfile = "FROM node:20 AS dev\nRUN npm ci\nFROM node:20 AS test\nRUN x\nFROM node:20\n";
    put({ ...project("", { Dockerfile, "compose.yaml": compose("      target: Dev\n") }) });
    expect(dockopt(["layers", "Dockerfile"]).stdout.match(/^.*not built.*$/gm)).toEqual([
      expect.stringContaining("test"),
    ]);
    put({ "compose.yaml": compose("      target: $TARGET\n") });
    expect(dockopt(["layers", "Dockerfile"]).stdout).not.toContain("not built");
    put({ "compose.yaml": compose("      target: 1\n") });
    expect(dockopt(["layers", "Dockerfile"]).stdout.match(/^.*not built.*$/gm)).toEqual([
      expect.stringContaining("dev"),
    ]);
  });
});

test("all kinds of Dockerfiles are found, templates are not", () => {
  put(
    Object.fromEntries(
      [
        "Dockerfile",
        "Dockerfile.dev",
        "dev.Dockerfile",
        "x/Containerfile",
        "x/Containerfile.ci",
        "x/api.containerfile",
        "Dockerfile.j2",
        "Dockerfile.dockerignore",
        "docs/Dockerfile.md",
      ].map((path) => [path, "FROM a\n"]),
    ),
  );
  expect(json(".").map(({ path }) => path)).toEqual([
    "Dockerfile",
    "Dockerfile.dev",
    "dev.Dockerfile",
    "x/Containerfile",
    "x/Containerfile.ci",
    "x/api.containerfile",
  ]);
});
