import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BIN, world } from "./world.js";

const { root, put, environment } = world();

/** Runs dockopt with bounds on time and memory; what passes them fails. */
function bounded(args: readonly string[], seconds = 80): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--max-old-space-size=2000", BIN, "--no-config", ...args],
    {
      cwd: root(),
      encoding: "utf8",
      env: environment({}),
      timeout: seconds * 1000,
      killSignal: "SIGKILL",
      maxBuffer: 1 << 28,
    },
  );
  return { code: status, out: stdout + stderr };
}

/** A file that says something about itself over and over, up to a size. */
function fill(path: string, start: string, piece: string, end: string, bytes: number): void {
  const file = openSync(join(root(), path), "w");
  const block = Buffer.from(piece.repeat(Math.ceil((1 << 20) / piece.length)));
  writeSync(file, start);
  for (let size = 0; size + block.length + start.length + end.length < bytes; size += block.length)
    writeSync(file, block);
  writeSync(file, end);
  closeSync(file);
}

const run = (...commands: readonly string[]): string =>
  `FROM node:20\nWORKDIR /app\nCOPY . .\n${commands.map((one) => `RUN ${one}\n`).join("")}`;

/** A file that a tool reads, and a Dockerfile that has dockopt read it; `deep`: opened, closed. */
const MANIFESTS: readonly {
  readonly path: string;
  readonly dockerfile: string;
  readonly others?: Readonly<Record<string, string>>;
  readonly large: readonly [start: string, piece: string, end: string];
  readonly deep?: readonly [start: string, open: string, middle: string, close: string, end: string];
}[] = [
  {
    path: "package.json",
    dockerfile: run("npm install"),
    large: ['{"name":"a","keywords":[', '"abcdefgh",', '""]}'],
    deep: ['{"name":"a","x":', '{"a":', "1", "}", "}"],
  },
  {
    path: "package-lock.json",
    dockerfile: run("npm ci"),
    others: { "package.json": '{"name":"a","version":"1.0.0"}' },
    large: ['{"lockfileVersion":3,"packages":{"":{"name":"a"}},"x":[', '"abcdefgh",', '""]}'],
    deep: ['{"lockfileVersion":3,"packages":', '{"a":', "1", "}", "}"],
  },
  {
    path: "pnpm-lock.yaml",
    dockerfile: run("pnpm install"),
    others: { "package.json": '{"name":"a","dependencies":{"b":"1"}}' },
    large: [
      "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n",
      "      b:\n        specifier: '1'\n        version: 1.0.0\n",
      "packages:\n",
    ],
    deep: ["importers:\n  .: ", "[", "", "]", "\n"],
  },
  {
    path: "pnpm-workspace.yaml",
    dockerfile: run("pnpm install --frozen-lockfile"),
    others: { "package.json": "{}", "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" },
    large: ["packages:\n", "  - abcdefg\n", "\n"],
    deep: ["packages: ", "[", "", "]", "\n"],
  },
  { path: "requirements.txt", dockerfile: run("pip install -r requirements.txt"), large: ["", "abc==1.0\n", ""] },
  {
    path: "pyproject.toml",
    dockerfile: run("poetry install --no-root"),
    others: { "poetry.lock": "" },
    large: ['[tool.poetry]\nname = "a"\nx = [\n', '"abcdefgh",\n', "]\n"],
    deep: ["x = ", "[", "", "]", "\n"],
  },
  {
    path: "go.mod",
    dockerfile: run("go mod download"),
    large: ["module a\n\nrequire (\n", "\texample.com/a v1.0.0\n", ")\n"],
  },
  {
    path: "Cargo.toml",
    dockerfile: run("cargo fetch"),
    others: { "Cargo.lock": "", "src/main.rs": "fn main() {}\n" },
    large: ['[package]\nname = "a"\nversion = "1.0.0"\nkeywords = [\n', '"abcdefgh",\n', "]\n"],
    deep: ['[package]\nname = "a"\nx = ', "{a=", "1", "}", "\n"],
  },
  {
    path: "pom.xml",
    dockerfile: run("mvn dependency:go-offline"),
    large: ["<project>", "<a>bcdefgh</a>\n", "</project>"],
    deep: ["<project>", "<a>", "", "</a>", "</project>"],
  },
  {
    path: "app.csproj",
    dockerfile: run("dotnet restore"),
    large: ['<Project Sdk="Microsoft.NET.Sdk">', "<PropertyGroup><A>b</A></PropertyGroup>\n", "</Project>"],
    deep: ['<Project Sdk="Microsoft.NET.Sdk">', "<a>", "", "</a>", "</Project>"],
  },
  {
    path: "composer.json",
    dockerfile: run("composer install"),
    large: ['{"keywords":[', '"abcdefgh",', '""]}'],
    deep: ['{"extra":', '{"a":', "1", "}", "}"],
  },
  {
    path: "Gemfile",
    dockerfile: run("bundle install"),
    others: { "Gemfile.lock": "" },
    large: ["", 'gem "abcdef"\n', ""],
    deep: ["gem ", "(", "", ")", "\n"],
  },
  {
    path: "build.gradle",
    dockerfile: run("gradle dependencies"),
    large: ["", "// comments\n", ""],
    deep: ["a ", "{", "", "}", "\n"],
  },
  {
    path: "mix.exs",
    dockerfile: run("mix deps.get"),
    others: { "mix.lock": "%{}\n" },
    large: ["", "# comments\n", ""],
    deep: ["a ", "{", "", "}", "\n"],
  },
  {
    path: "compose.yaml",
    dockerfile: run("npm ci"),
    large: ["services:\n", "  a: {image: b}\n", "\n"],
    deep: ["services: ", "[", "", "]", "\n"],
  },
  {
    path: "docker-bake.hcl",
    dockerfile: run("npm ci"),
    large: ['target "a" { tags = [', '"abcdefgh",', "]}\n"],
    deep: ["x = ", "[", "", "]", "\n"],
  },
  {
    path: "docker-bake.json",
    dockerfile: run("npm ci"),
    large: ['{"target":{"a":{"tags":[', '"abcdefgh",', '""]}}}'],
    deep: ['{"target":', '{"a":', "1", "}", "}"],
  },
  { path: ".dockerignore", dockerfile: run("npm ci"), large: ["", "abcdefgh\n", ""] },
];

describe.each(MANIFESTS)("$path", ({ path, dockerfile, others = {}, large, deep }) => {
  test.each([15 << 20, 64 << 20])("with %i bytes is read or refused in time", (bytes) => {
    put({ Dockerfile: dockerfile, ...others });
    fill(path, ...large, bytes);
    const { code, out } = bounded(["--json", "Dockerfile"].map((one) => (one === "--json" ? "--format=json" : one)));
    expect(code, out.slice(0, 500)).toBe(0);
    expect(out).not.toContain("bug in dockopt");
  });

  test.skipIf(deep === undefined)("nested 100,000 deep is read or refused", () => {
    const [start, open, middle, close, end] = deep ?? ["", "", "", "", ""];
    put({
      Dockerfile: dockerfile,
      ...others,
      [path]: start + open.repeat(100_000) + middle + close.repeat(100_000) + end,
    });
    const { code, out } = bounded(["Dockerfile"]);
    expect([0, 4], out.slice(0, 500)).toContain(code);
    expect(out).not.toContain("bug in dockopt");
  });
});

describe("what means more than it says", () => {
  const bomb = (key: string): string =>
    `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]\n`).join("")}${key}: *a12\n`;

  test.each(["compose.yaml", "pnpm-workspace.yaml", "pnpm-lock.yaml", ".yarnrc.yml", "dockopt.config.yaml"])(
    "aliases of aliases in %s",
    (path) => {
      put({ Dockerfile: run("pnpm install", "yarn install"), "package.json": "{}", [path]: bomb("services") });
      const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, "Dockerfile"], {
        cwd: root(),
        encoding: "utf8",
        env: environment({}),
        timeout: 20_000,
      });
      expect([0, 2], stderr).toContain(status);
      expect(stdout + stderr).not.toContain("bug in dockopt");
    },
  );

  test.each(["pom.xml", "app.csproj"])("entities of entities in %s", (path) => {
    const entities = Array.from({ length: 12 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join("");
    const element = path === "pom.xml" ? "project" : "Project";
    put({
      Dockerfile: run("mvn dependency:go-offline", "dotnet restore"),
      [path]: `<!DOCTYPE x [<!ENTITY a0 "x">${entities}<!ENTITY f SYSTEM "file:///etc/passwd">]><${element}><a>&a12;&f;</a></${element}>`,
    });
    const { code, out } = bounded(["Dockerfile"], 20);
    expect(code, out).toBe(0);
    expect(out).not.toContain("root:");
  });

  test.each([
    ["a line", `FROM a\nRUN ${"x ".repeat(30_000)}\n`],
    ["substitutions", `FROM a\nRUN echo ${"$(".repeat(20_000)}${")".repeat(20_000)}\n`],
    ["groups", `FROM a\nRUN ${"( ".repeat(20_000)}x${" )".repeat(20_000)}\n`],
    ["braces", `FROM a\nRUN ${"{ ".repeat(15_000)}x;${" }".repeat(15_000)}\n`],
    ["quotes", `FROM a\nRUN echo ${'"$('.repeat(15_000)}\n`],
    ["variables", `FROM a\nENV A=${"${B:-".repeat(10_000)}${"}".repeat(10_000)}\n`],
    ["heredocs", `FROM a\nRUN ${"<<A ".repeat(10_000)}\n${"A\n".repeat(10_000)}`],
    ["stages", Array.from({ length: 500 }, (_, i) => `FROM a AS s${i}\nCOPY --from=s${i - 1} /a /b\n`).join("")],
    ["ONBUILD", `FROM a\n${"ONBUILD ".repeat(5_000)}RUN x\n`],
    ["JSON", `FROM a\nCMD ${"[".repeat(30_000)}${"]".repeat(30_000)}\n`],
  ])("a Dockerfile nested by %s", (_, text) => {
    put({ Dockerfile: text });
    const { code, out } = bounded(["Dockerfile"], 90);
    expect([0, 4], out.slice(0, 500)).toContain(code);
    expect(out).not.toContain("bug in dockopt");
  });
});

describe("wildcards", () => {
  const name = "a".repeat(200);
  const STARS = [
    "a*".repeat(40) + "b",
    "*".repeat(100) + "b",
    "**/".repeat(60) + "b",
    "a*?".repeat(30) + "b",
    "**/*a".repeat(30) + "b",
  ];

  test.each(STARS)("%s in .dockerignore, COPY, workspaces, and on the command line", (pattern) => {
    put({
      Dockerfile: `FROM node:20\nCOPY ${pattern} /x/\nCOPY . .\nRUN npm install\n`,
      ".dockerignore": `${pattern}\n!${pattern}c\n`,
      "package.json": JSON.stringify({ workspaces: [pattern, `!${pattern}`] }),
      [`${"a/".repeat(30)}${name}`]: "",
      [`${"a/".repeat(20)}package.json`]: "{}",
      [name]: "",
    });
    expect(bounded(["Dockerfile"], 20).code).toBe(0);
    expect(bounded([`${pattern}/Dockerfile`], 20).code).toBe(3);
  });
});
